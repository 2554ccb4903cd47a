"""Step changes: where a number of a case has moved to another level, over many nights."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from statistics import median
from typing import Final, Literal

import numpy as np
import ruptures

from reports.acknowledged import Acknowledgement
from reports.conditions import find_differences
from reports.floor import NIGHTS_NEEDED, spread
from reports.measures import Measure, measures_of
from reports.nights import Night, night_of, series
from reports.records import Record
from reports.run import Run

NIGHTS_ASTRAY: Final = 2
NIGHTS_OF_A_LEVEL: Final = 3
# Times the spread and the logarithm of the nights; docs/regressions.md has what it finds.
PENALTY: Final = 2.0
# Of the practical region: on quieter nights two outliers in a row would pass for a level.
LEAST_NOISE: Final = 0.4


@dataclass(frozen=True, kw_only=True)
class Step:
    """A change of level: the last run before it, and ``run``, the first one after it.

    Levels are in the unit of the records. ``reason`` is empty until the step is acknowledged.
    """

    record: Record
    measure: Measure
    last_before: Run
    run: Run
    before: float
    now: float
    word: Literal["better", "worse"]
    reason: str = ""

    @property
    def step_id(self) -> str:
        """A short name, the same as long as the step is found at the same run."""
        text = f"{self.record.case_id}\n{self.measure.key}\n{self.run.name}"
        return hashlib.sha256(text.encode()).hexdigest()[:8]

    @property
    def commits(self) -> tuple[str, str]:
        """The commits of the two runs; empty where a run did not say."""
        first, second = (
            str(run.summary.environment.get("commit") or "") for run in (self.last_before, self.run)
        )
        return first, second

    def acknowledgement(self, reason: str) -> Acknowledgement:
        """The entry that accepts this step."""
        return Acknowledgement(
            case=self.record.case_id, measure=self.measure.key, run=self.run.name, reason=reason
        )


def find_steps(
    runs: Sequence[Run], acknowledged: Sequence[Acknowledgement] = ()
) -> tuple[Step, ...]:
    """The steps of every case of the latest run, over the runs that are like it; latest first.

    The levels are the piecewise constant fit of least absolute deviation that PELT finds (Killick,
    Fearnhead and Eckley, 2012), of three nights each at least. A step within the region of
    practical equivalence is none.
    """
    if not runs:
        return ()
    latest = runs[-1]
    nights = [night_of(run) for run in runs if not find_differences(run, latest)]
    found = [
        step
        for measure in measures_of(latest.summary.metric)
        for record in latest.records
        for step in _steps(record, measure, nights, acknowledged)
    ]
    order = {run.name: place for place, run in enumerate(runs)}
    return tuple(sorted(found, key=lambda step: (-order[step.run.name], step.record.case_id)))


def level_changes(values: Sequence[float], *, practical: float) -> list[tuple[int, float, float]]:
    """Where a series moves by more than ``practical``: place, median before and median after.

    >>> level_changes([1.0] * 8 + [2.0] * 5, practical=0.1)
    [(8, 1.0, 2.0)]
    """
    numbers = np.asarray(values, np.float64)
    noise = max(spread(values), LEAST_NOISE * practical)
    search = ruptures.Pelt(model="l1", min_size=NIGHTS_OF_A_LEVEL, jump=1).fit(numbers)
    edges = [0, *search.predict(pen=PENALTY * noise * log(len(numbers)))]
    levels = [median(values[first:last]) for first, last in pairwise(edges)]
    return [
        (_first_near(values, place, before=old, now=new), old, new)
        for place, (old, new) in zip(edges[1:], pairwise(levels), strict=False)
        if abs(new - old) > practical
    ]


def _first_near(values: Sequence[float], place: int, *, before: float, now: float) -> int:
    """The first night from this place on that is nearer to the level of now than to the one before.

    A level that is new takes up an older night, for lack of three of its own.
    """
    nights = range(place, len(values))
    return next(n for n in nights if abs(values[n] - now) <= abs(values[n] - before))


def _steps(
    record: Record,
    measure: Measure,
    nights: Sequence[Night],
    acknowledged: Sequence[Acknowledgement],
) -> list[Step]:
    values = series(record, measure, nights)
    if len(values) < NIGHTS_NEEDED:
        return []
    by_name = {night.name: night.run for night in nights}
    names = list(values)
    return [
        Step(
            record=record,
            measure=measure,
            last_before=by_name[names[place - 1]],
            run=by_name[names[place]],
            before=measure.unscaled(old),
            now=measure.unscaled(new),
            word="better" if (new > old) == measure.is_higher_better(record) else "worse",
            reason=_reason(record, measure, names, place, acknowledged),
        )
        for place, old, new in level_changes(list(values.values()), practical=measure.practical)
        if abs(measure.unscaled(new) - measure.unscaled(old)) >= measure.least
    ]


def _reason(
    record: Record,
    measure: Measure,
    names: Sequence[str],
    place: int,
    acknowledged: Sequence[Acknowledgement],
) -> str:
    """Why the step is accepted; later nights may move where it is found by one or two."""
    near = names[max(0, place - NIGHTS_ASTRAY) : place + NIGHTS_ASTRAY + 1]
    reasons = [
        one.reason
        for one in acknowledged
        if (one.case, one.measure) == (record.case_id, measure.key) and one.run in near
    ]
    return reasons[-1] if reasons else ""
