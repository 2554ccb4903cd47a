"""The first screen: who wins, is that certain, what changed, what failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from reports.apart import groups
from reports.changed import changed_text
from reports.choice import choice_caution
from reports.headline import Headline, ceiling_text, gap_text, headlines
from reports.history import Report
from reports.numbers import count_text, duration_text, memory_text
from reports.page import Fragment, render
from reports.ranking import leading_field
from reports.run import Run
from reports.tables import Column, Table, make_table
from reports.terms import column

ENDINGS: Final = {
    "done": "",
    "running": "The run goes on: this is what it has so far.",
    "failed": "The run itself broke off: what follows is not all of it.",
    "interrupted": "The run was interrupted: what follows is not all of it.",
    "unknown": "The run folder does not say how the run ended.",
}
DONE: Final = frozenset({"done"})
PLACES: Final = 5


def headline(report: Report) -> Fragment:
    """The answers, one card each."""
    run, found = report.run, headlines(report.run)
    table = _winners(found)
    values = {
        "run": run,
        "found": found,
        "first": found[0] if found else None,
        "leading": found[0].ranking.entries[:PLACES] if found else (),
        "field": leading_field(found[0].ranking)[:PLACES] if found else (),
        "letters": groups(found[0].ranking) if found else {},
        "ceiling": ceiling_text(found[0]) if found else "",
        "gap": gap_text(found[0]) if found else "",
        "caution": choice_caution(run),
        "changed": changed_text(report.judgement),
        "failures": _failures(run),
        "data": _data(run),
        "cluster": _cluster(run),
        "winners": table if len(found) > 1 else None,
    }
    return Fragment(
        html=render("headline.html", values), tables=(table,) if found else (), has_heading=True
    )


def _winners(found: Sequence[Headline]) -> Table:
    columns = [
        Column(key="where", title="Task · split"),
        Column(key="winner", title="Best model"),
        Column(
            term=found[0].ranking.metric if found else "",
            key="score",
            title=found[0].metric_title.capitalize() if found else "",
            kind="score",
        ),
        Column(key="tied", title="Ties", kind="count", term="told_apart"),
        column("ceiling"),
    ]
    rows = [
        {
            "where": headline.ranking.title,
            "winner": headline.winner.name,
            "score": headline.winner.estimate.value,
            "tied": len(headline.tied) if headline.winner.estimate.has_interval else None,
            "ceiling": headline.ceiling.value if headline.ceiling else None,
        }
        for headline in found
    ]
    return make_table("winners", "Best model of every task and split", columns, rows)


def _failures(run: Run) -> dict[str, object]:
    statuses = Counter(record.status for record in run.records if record.status not in DONE)
    words = [f"{count} {status.replace('_', ' ')}" for status, count in sorted(statuses.items())]
    failed = [record for record in run.records if record.status not in DONE]
    return {
        "total": len(run.records),
        "words": ", ".join(words),
        "failed": failed[:3],
        "count": len(failed),
        "ending": ENDINGS.get(run.summary.status, f"The run's status is {run.summary.status}."),
        "error": run.summary.error or "",
    }


def _data(run: Run) -> list[str]:
    data = run.summary.data
    facts = [
        f"{count_text(data.rows)} rows" if data.rows is not None else "",
        _plural(data.files, "file") if data.files is not None else "",
        f"{count_text(data.distinct_rows)} distinct" if data.distinct_rows is not None else "",
        f"release {data.release}" if data.release else "",
        f"fingerprint {data.fingerprint[:12]}" if data.fingerprint else "",
    ]
    return [fact for fact in facts if fact]


def _cluster(run: Run) -> list[str]:
    cluster, summary = run.summary.cluster, run.summary
    memory = cluster.memory_bytes
    took = summary.seconds_in_all
    facts = [
        cluster.name or cluster.kind or "",
        _plural(cluster.workers, "worker") if cluster.workers is not None else "",
        _plural(cluster.threads, "thread") if cluster.threads is not None else "",
        memory_text(memory) if memory is not None else "",
        f"{duration_text(took)} in all" if took else "",
    ]
    return [fact for fact in facts if fact]


def _plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
