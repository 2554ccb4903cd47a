"""How the best models fared over the earlier runs of this suite."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from reports.conditions import find_differences
from reports.headline import headlines, metric_title
from reports.history import Report
from reports.numbers import time_text
from reports.page import Fragment, empty, tables_fragment
from reports.plots import Axis, figure, line_plot
from reports.ranking import leading_field, rank
from reports.run import Run
from reports.tables import Column, Table, Value, make_table

MODELS_DRAWN = 6


def trend(report: Report) -> Fragment:
    """The metric of today's best models over time, and one line a run."""
    runs = [run for run in (*report.earlier, report.run) if headlines(run)]
    if len(runs) < 2:
        return empty("No earlier run of this suite has a score: a trend needs two runs.")
    intro = (
        "Runs that are not like this one (other data, settings or cluster) say so: "
        "their numbers stand here, but do not compare."
    )
    return tables_fragment(intro, [_table(runs, report.run)], plots=[_plot(runs)])


def _plot(runs: Sequence[Run]) -> Markup:
    latest = headlines(runs[-1])[0].ranking
    names = [entry.name for entry in leading_field(latest)[:MODELS_DRAWN]]
    rows = [
        {
            "started": run.summary.started.isoformat(),
            "score": entry.estimate.value,
            "model": entry.name,
            "said": f"{entry.name}: {entry.estimate.value:.4f} in {run.name}",
        }
        for run in runs
        for ranking in rank(run)
        if (ranking.task, ranking.split) == (latest.task, latest.split) and run.summary.started
        for entry in ranking.entries
        if entry.name in names
    ]
    title = metric_title(latest.metric)
    chart = line_plot(
        sorted(rows, key=lambda row: names.index(row["model"])),
        x=Axis(key="started", title="Start of the run (UTC)", scale="utc"),
        y=Axis(key="score", title=title[:1].upper() + title[1:]),
        series="model",
    )
    return figure(chart, caption=f"The best models on {latest.title} over the runs") if rows \
        else Markup("")  # fmt: skip


def _table(runs: Sequence[Run], latest: Run) -> Table:
    columns = [
        Column(key="run", title="Run"),
        Column(key="started", title="Started"),
        Column(key="winner", title="Best model"),
        Column(key="score", title="Its score", kind="score", term="best_score"),
        Column(key="seconds", title="Stages in all", kind="seconds", unit="s", term="all_stages"),
        Column(key="failures", title="Failures", kind="count"),
        Column(key="like", title="Like this run"),
    ]
    rows = [_row(run, latest) for run in reversed(runs)]
    return make_table("trend", "Earlier runs, latest first", columns, rows)


def _row(run: Run, latest: Run) -> dict[str, Value]:
    first = headlines(run)[0]
    differences = find_differences(run, latest)
    return {
        "run": run.name,
        "started": time_text(run.summary.started) if run.summary.started else None,
        "winner": first.winner.name,
        "score": first.winner.estimate.value,
        "seconds": run.summary.seconds_in_all or None,
        "failures": sum(record.status != "done" for record in run.records),
        "like": "this run" if run is latest else "; ".join(differences[:2]) or "yes",
    }
