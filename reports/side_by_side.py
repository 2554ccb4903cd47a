"""COMPARISON_SECTIONS: what a page on several runs says; the first run is the baseline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from reports.changed import changed_text
from reports.headline import headlines
from reports.judgement import Judgement, compare_runs
from reports.judgement_text import SIGNS, judgement_table
from reports.numbers import time_text
from reports.page import Fragment, empty, tables_fragment
from reports.ranking import estimate
from reports.records import Record
from reports.run import Run
from reports.tables import Column, Value, make_table, slug

Runs = Sequence[Run]


@dataclass(frozen=True, kw_only=True)
class Beside:
    """The runs of a page, the baseline first, and the judgement of every other one against it."""

    runs: tuple[Run, ...]
    judgements: tuple[Judgement, ...]


def beside(runs: Sequence[Run]) -> Beside:
    """The runs, each judged against the first."""
    baseline, *others = runs
    return Beside(runs=tuple(runs), judgements=tuple(compare_runs(baseline, run) for run in others))


def _verdicts(page: Beside) -> Fragment:
    columns = [
        Column(key="run", title="Run"),
        Column(key="started", title="Started"),
        Column(key="winner", title="Best model"),
        Column(key="score", title="Its score", kind="score", term="best_score"),
        Column(key="verdict", title="Against the baseline", term="verdict"),
        Column(key="why", title="Why"),
    ]
    told = ["baseline", *(_word_text(judgement) for judgement in page.judgements)]
    why = ["", *("; ".join(changed_text(judgement).lines) for judgement in page.judgements)]
    rows = [
        _run_row(run) | {"verdict": word, "why": lines}
        for run, word, lines in zip(page.runs, told, why, strict=True)
    ]
    table = make_table("verdicts", "The runs, the baseline first", columns, rows)
    return tables_fragment("", [table])


def _word_text(judgement: Judgement) -> str:
    sign, title = SIGNS[judgement.word]
    return f"{sign} {title.lower()}"


def _run_row(run: Run) -> dict[str, Value]:
    first = next(iter(headlines(run)), None)
    return {
        "run": run.name,
        "started": time_text(run.summary.started) if run.summary.started else None,
        "winner": first.winner.name if first else None,
        "score": first.winner.estimate.value if first else None,
    }


def _changes(page: Beside) -> Fragment:
    tables = [judgement_table(judgement) for judgement in page.judgements]
    named = [
        replace(table, key=slug(f"changes-{run.name}"))
        for table, run in zip(tables, page.runs[1:], strict=True)
        if table.rows
    ]
    if not named:
        return empty("No case changed by more than its noise, or the runs do not compare.")
    return tables_fragment("What changed beyond its noise floor, or ended otherwise.", named)


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


def _scores(page: Beside) -> Fragment:
    caption = f"{page.runs[0].summary.metric.replace('_', ' ').capitalize()} of every case"
    return _side_by_side(page.runs, key="scores", caption=caption, kind="score", take=_score_of)


def _fits(page: Beside) -> Fragment:
    caption = "Seconds of every fit"
    return _side_by_side(page.runs, key="fits", caption=caption, kind="seconds", take=_fit_of)


def _features(page: Beside) -> Fragment:
    runs = page.runs
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
