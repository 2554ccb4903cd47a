"""COMPARISON_SECTIONS: what a page on several runs says; the first run is the baseline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from reports.headline import headlines
from reports.numbers import time_text
from reports.page import Fragment, empty, tables_fragment
from reports.ranking import estimate
from reports.records import Record
from reports.run import Run
from reports.sections.headline import GRAVITY, VERDICTS
from reports.tables import Column, Table, Value, make_table
from reports.verdict import CaseChange, judge

Runs = Sequence[Run]


def _verdicts(runs: Runs) -> Fragment:
    columns = [
        Column(key="run", title="Run"),
        Column(key="started", title="Started"),
        Column(key="winner", title="Best model"),
        Column(key="score", title="Its score", kind="score"),
        Column(key="verdict", title="Against the baseline"),
        Column(key="why", title="Why"),
    ]
    rows = [_verdict_row(run, runs[0]) for run in runs]
    table = make_table("verdicts", "The runs, the baseline first", columns, rows)
    return tables_fragment("", [table])


def _verdict_row(run: Run, baseline: Run) -> dict[str, Value]:
    first = next(iter(headlines(run)), None)
    row: dict[str, Value] = {
        "run": run.name,
        "started": time_text(run.summary.started) if run.summary.started else None,
        "winner": first.winner.name if first else None,
        "score": first.winner.estimate.value if first else None,
        "verdict": "baseline",
        "why": "",
    }
    if run is not baseline:
        verdict = judge(run, baseline=baseline)
        counts = ", ".join(f"{count} {kind}" for kind, count in sorted(verdict.counts.items()))
        row["verdict"] = f"{VERDICTS[verdict.word][0]} {verdict.word}"
        row["why"] = "; ".join(verdict.differences) or counts
    return row


def _changes(runs: Runs) -> Fragment:
    tables = [_change_table(run, runs[0]) for run in runs[1:]]
    told = [table for table in tables if table.rows]
    if not told:
        return empty("No case changed by more than chance, or the runs do not compare.")
    return tables_fragment("Cases that are told apart from before, or ended otherwise.", told)


def _change_table(run: Run, baseline: Run) -> Table:
    verdict = judge(run, baseline=baseline)
    columns = [
        Column(key="case", title="Case"),
        Column(key="change", title="Change"),
        Column(key="before", title="Before", kind="score"),
        Column(key="now", title="Now", kind="score"),
        Column(key="difference", title="Difference", kind="points", unit="points"),
        Column(key="fit_ratio", title="Fit time", kind="plain", unit="times before"),
    ]
    changed = sorted(verdict.of(*GRAVITY), key=lambda change: GRAVITY.index(change.change))
    rows = [_change_row(change) for change in changed]
    caption = f"{run.name} against {baseline.name}"
    return make_table(f"changes-{run.name}", caption, columns, rows)


def _change_row(change: CaseChange) -> dict[str, Value]:
    is_scored = change.before is not None and change.now is not None
    return {
        "case": change.record.case_id,
        "change": change.change,
        "before": change.before,
        "now": change.now,
        "difference": (change.now or 0) - (change.before or 0) if is_scored else None,
        "fit_ratio": change.fit_now / change.fit_before
        if change.fit_now and change.fit_before
        else None,
    }


def _score_of(run: Run, record: Record) -> float | None:
    known = estimate(record, run.summary.metric)
    return known.value if known else None


def _fit_of(run: Run, record: Record) -> float | None:
    return record.seconds.get("fit")


def _side_by_side(
    runs: Runs, *, key: str, caption: str, kind: str, take: Callable[[Run, Record], float | None]
) -> Fragment:
    records = [{record.case_id: record for record in run.records} for run in runs]
    cases = dict.fromkeys(case_id for by_id in records for case_id in by_id)
    columns = [
        Column(key="case", title="Case"),
        *(Column(key=run.name, title=run.name, kind=kind) for run in runs),
    ]
    rows: list[dict[str, Value]] = [
        {
            "case": case_id,
            **{
                run.name: take(run, by_id[case_id]) if case_id in by_id else None
                for run, by_id in zip(runs, records, strict=True)
            },
        }
        for case_id in cases
    ]
    if not rows:
        return empty("None of the runs has a record.")
    return tables_fragment("", [make_table(key, caption, columns, rows)], tools=("filter",))


def _scores(runs: Runs) -> Fragment:
    caption = f"{runs[0].summary.metric.replace('_', ' ').capitalize()} of every case"
    return _side_by_side(runs, key="scores", caption=caption, kind="score", take=_score_of)


def _fits(runs: Runs) -> Fragment:
    caption = "Seconds of every fit"
    return _side_by_side(runs, key="fits", caption=caption, kind="seconds", take=_fit_of)


def _features(runs: Runs) -> Fragment:
    chosen = [_chosen(run) for run in runs]
    keys = dict.fromkeys(key for one in chosen for key in one)
    columns = [
        Column(key="feature", title="Task · split: feature"),
        *(Column(key=run.name, title=run.name) for run in runs),
    ]
    rows: list[dict[str, Value]] = [
        {
            "feature": key,
            **{run.name: "✓" if key in one else "" for run, one in zip(runs, chosen, strict=True)},
        }
        for key in keys
        if not all(key in one for one in chosen)
    ]
    if not rows:
        return empty("The runs selected the same features.")
    table = make_table("features", "Features that not all of the runs selected", columns, rows)
    return tables_fragment("", [table])


def _chosen(run: Run) -> Mapping[str, bool]:
    return {
        f"{selection.task} · {selection.split}: {score.feature}": True
        for selection in run.selections
        for score in selection.features
        if score.selected
    }


COMPARISON_SECTIONS: Final = (
    ("Verdict", "verdict", _verdicts),
    ("What changed", "changes", _changes),
    ("Scores", "scores", _scores),
    ("Fit times", "fits", _fits),
    ("Selected features", "features", _features),
)
