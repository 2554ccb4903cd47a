"""Nights: earlier runs, and the values that a case has had in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reports.measures import Measure
from reports.records import Record
from reports.run import Run

ROWS: Final = ("rows_asked", "rows_used", "rows_tested", "grain")


@dataclass(frozen=True, kw_only=True)
class Night:
    """A run, its records by case, and the cases that were run once more."""

    run: Run
    cases: Mapping[str, Record]
    again: Mapping[str, tuple[Record, ...]]

    @property
    def name(self) -> str:
        """The run's own id, or its folder's name."""
        return self.run.name


def night_of(run: Run) -> Night:
    """The run as a night."""
    repeated = {record.rerun_of for record in run.reruns}
    return Night(
        run=run,
        cases={record.case_id: record for record in run.records},
        again={
            case: tuple(record for record in run.reruns if record.rerun_of == case)
            for case in repeated
            if case is not None
        },
    )


def series(record: Record, measure: Measure, nights: Sequence[Night]) -> dict[str, float]:
    """The case's values by run, on the measure's scale; only of nights with the same rows."""
    found = {}
    for night in nights:
        before = night.cases.get(record.case_id)
        value = measure.take(before) if before else None
        if before and value is not None and not row_differences(before, record):
            found[night.name] = measure.scaled(value)
    return found


def row_differences(before: Record, now: Record) -> str:
    """Which rows of the case were other ones; empty where none were, or where it is not known."""
    pairs = [(name.replace("_", " "), getattr(before, name), getattr(now, name)) for name in ROWS]
    said = [f"{name}: {old} before, {new} now" for name, old, new in pairs if old != new
            and None not in (old, new)]  # fmt: skip
    return "; ".join(said)


def processor_differences(before: Run, now: Run) -> str:
    """Both processors, where they differ: times and memory then do not compare."""
    old, new = (run.summary.environment.get("processor") for run in (before, now))
    if not old or not new or old == new:
        return ""
    return f"processor: {old} before, {new} now"
