"""Pace: by how much all times of a night stray together, and how far that is excused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from statistics import fmean, median
from typing import Final

from reports.floor import MEDIAN_VARIANCE, NIGHTS_NEEDED, level, spread

CASES_NEEDED: Final = 8
# Standard deviations of what nights share; docs/regressions.md has the rates.
EXCUSED_AT: Final = 3.0
PERSISTS_AT: Final = 4.0
NIGHTS_TO_PERSIST: Final = 3

Values = Mapping[str, Mapping[str, float]]
"""A measure's values on its own scale, by case and by night."""


@dataclass(frozen=True, kw_only=True)
class Pace:
    """What the cases of one night have in common, on the measure's scale; 0 is as always.

    The paces of earlier nights spread by ``spread``, of which ``own`` is what the cases' own noise
    makes of a median. So much of tonight's pace as the rest explains is ``excused``: the machine
    was slow, not the code. What goes beyond is not, nor what ``persists`` over three nights.
    """

    by_night: Mapping[str, float] = field(default_factory=dict)
    tonight: float = 0.0
    spread: float = 0.0
    own: float = 0.0
    practical: float = 0.0

    @property
    def shared(self) -> float:
        """By how much nights are known to stray together."""
        return sqrt(max(0.0, self.spread**2 - self.own**2))

    @property
    def persists(self) -> bool:
        """Whether the last nights have moved for good: their mean far, and not by one night alone.

        A single slow night moves the mean, but not the middle one of three.
        """
        recent = [*list(self.by_night.values())[1 - NIGHTS_TO_PERSIST :], self.tonight]
        error = self.spread / sqrt(NIGHTS_TO_PERSIST)
        bound = max(self.practical, PERSISTS_AT * error)
        moved = min(abs(fmean(recent)), abs(median(recent)))
        return len(recent) == NIGHTS_TO_PERSIST and moved > bound

    @property
    def excused(self) -> float:
        """What of tonight's pace is taken to be the machine's."""
        return 0.0 if self.persists else _within(self.tonight, EXCUSED_AT * self.shared)

    def excused_from(self, distances: Sequence[float]) -> float:
        """The same between two nights, whose cases lie so far apart."""
        if len(distances) < CASES_NEEDED:
            return 0.0
        return _within(median(distances), EXCUSED_AT * sqrt(2) * self.shared)


def find_pace(
    tonight: Mapping[str, float],
    known: Values,
    *,
    restarts: Mapping[str, str],
    practical: float,
) -> Pace:
    """The pace of every night and of tonight: the middle distance of the cases from their levels.

    Levels start anew where a case's change was acknowledged. Too few cases, or nights, have none.
    """
    enough = {case: values for case, values in known.items() if len(values) >= NIGHTS_NEEDED}
    by_case = {case: _distances(values, restarts.get(case, "")) for case, values in enough.items()}
    by_night = _middles(by_case)
    now = [
        value - level(since)
        for case, value in tonight.items()
        if case in enough and (since := _since(enough[case], restarts.get(case, "")))
    ]
    if len(now) < CASES_NEEDED or len(by_night) < NIGHTS_NEEDED:
        return Pace()
    return Pace(
        by_night=by_night,
        tonight=median(now),
        # Of few nights the spread is known but roughly, and too small is worse than too large.
        spread=(1 + 3 / len(by_night)) * spread(list(by_night.values())),
        own=_own_noise(by_case, by_night),
        practical=practical,
    )


def _own_noise(by_case: Values, by_night: Mapping[str, float]) -> float:
    """The standard deviation of a median of cases that have nothing in common."""
    spreads = [
        spread([value - by_night.get(night, 0.0) for night, value in distances.items()])
        for distances in by_case.values()
    ]
    return sqrt(MEDIAN_VARIANCE / len(spreads)) * median(spreads)


def _distances(values: Mapping[str, float], restart: str) -> dict[str, float]:
    """Each night's distance from the level before the restart, or since it."""
    after = {night: value for night, value in values.items() if night >= restart}
    before = {night: value for night, value in values.items() if night < restart}
    sides = [(side, level(list(side.values()))) for side in (before, after) if side]
    return {night: value - middle for side, middle in sides for night, value in side.items()}


def _since(values: Mapping[str, float], restart: str) -> list[float]:
    return [value for night, value in values.items() if night >= restart]


def _middles(by_case: Values) -> dict[str, float]:
    """The median over the cases of every night that has enough of them, earliest first."""
    nights = dict.fromkeys(night for values in by_case.values() for night in values)
    columns = {
        night: [values[night] for values in by_case.values() if night in values]
        for night in sorted(nights)
    }
    return {night: median(each) for night, each in columns.items() if len(each) >= CASES_NEEDED}


def _within(value: float, bound: float) -> float:
    return max(-bound, min(bound, value))
