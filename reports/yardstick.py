"""Yardstick: what one measure of tonight's cases is judged by: levels, noise, what forbids it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import hypot
from statistics import median
from typing import Final, Literal

from reports.floor import NIGHTS_LOOKED_BACK, NIGHTS_NEEDED, Floor, level, spread
from reports.measures import ENDED_WELL, Measure
from reports.nights import Night, processor_differences, row_differences, series
from reports.pace import Pace, Values, find_pace
from reports.ranking import estimate
from reports.records import Record

NO_PACE: Final = Pace()

Fault = Literal["undecided", "unlike"]


@dataclass(frozen=True, kw_only=True)
class Past:
    """What tonight is held against.

    ``nights`` are earlier runs like tonight's, earliest first; they tell the noise. The level is
    that of ``baseline`` where one is named, else that of the nights from ``restarts`` on: the run
    since when a change of a case (first) and measure (second) has been acknowledged.
    """

    nights: tuple[Night, ...]
    baseline: Night | None = None
    restarts: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Yardstick:
    """What one measure of tonight's cases is judged by; values are on the measure's scale.

    ``known`` holds each case's values over the nights that are like tonight, without what all
    cases of a night share (``pace``), ``spreads`` their spread where there are enough.
    """

    measure: Measure
    tonight: Night
    past: Past
    known: Mapping[str, Mapping[str, float]]
    spreads: Mapping[str, float]
    restless: float
    pace: Pace

    def levels(self, record: Record) -> list[float]:
        """The values that tonight's is held against."""
        if self.past.baseline:
            base = self.past.baseline.cases.get(record.case_id)
            value = self.measure.take(base) if base else None
            return [] if value is None else [self.measure.scaled(value)]
        restart = self.past.restarts.get((record.case_id, self.measure.key), "")
        # A run's name ends in its start, so that names of one suite's runs sort by time.
        names = [night.name for night in self.past.nights if night.name >= restart]
        values = self.known[record.case_id]
        return [values[name] for name in names if name in values]

    def fault(self, record: Record) -> tuple[Fault, str] | None:
        """What keeps the case from being judged, if anything does."""
        if self.past.baseline and (unlike := self._unlike(record, self.past.baseline)):
            return "unlike", unlike
        if self.measure.needs_nights and record.case_id not in self.spreads:
            nights = len(self.known[record.case_id])
            return "undecided", f"{nights} of {NIGHTS_NEEDED} nights that tell the noise"
        return None

    def floor(self, record: Record, levels: Sequence[float]) -> Floor:
        """The noise floor of the case."""
        own = self.spreads.get(record.case_id)
        # One series' own spread is known roughly: none is taken to be quieter than the middle one.
        usual = median(self.spreads.values()) if self.spreads else 0.0
        return Floor(
            level=level(levels),
            spread=0.0 if own is None else max(own, usual),
            nights=len(levels),
            practical=self._test_part_noise(record) if own is None else self.measure.practical,
            restless=self.restless,
            excused=self.excused,
        )

    @cached_property
    def excused(self) -> float:
        """What all of tonight's cases share and nights are known to stray by."""
        if not self.past.baseline:
            return self.pace.excused
        pairs = [
            (base, self.measure.take(now))
            for case, now in self.tonight.cases.items()
            if case in self.past.baseline.cases
            if (base := self.measure.take(self.past.baseline.cases[case])) is not None
        ]
        scaled = self.measure.scaled
        return self.pace.excused_from(
            [scaled(now) - scaled(base) for base, now in pairs if now is not None]
        )

    def _unlike(self, record: Record, baseline: Night) -> str:
        if self.measure.key == ENDED_WELL:
            return ""
        rows = row_differences(baseline.cases[record.case_id], record)
        is_cost = self.measure.is_ratio
        return rows or (processor_differences(baseline.run, self.tonight.run) if is_cost else "")

    def _test_part_noise(self, record: Record) -> float:
        """Where a score's noise over nights is not known, its intervals bound it from above."""
        base = self.past.baseline.cases.get(record.case_id) if self.past.baseline else record
        known = [estimate(one, self.measure.key) for one in (record, base) if one]
        return max(self.measure.practical, hypot(*(one.half_width for one in known if one)))


def make_yardstick(measure: Measure, tonight: Night, past: Past) -> Yardstick:
    """The yardstick of one measure for tonight's cases."""
    like = [
        night
        for night in past.nights[-NIGHTS_LOOKED_BACK:]
        if not (measure.is_ratio and processor_differences(night.run, tonight.run))
    ]
    raw = {case: series(record, measure, like) for case, record in tonight.cases.items()}
    pace = _pace(measure, tonight, raw, past.restarts) if measure.is_ratio else NO_PACE
    known = {
        case: {night: value - pace.by_night.get(night, 0.0) for night, value in values.items()}
        for case, values in raw.items()
    }
    return Yardstick(
        measure=measure,
        tonight=tonight,
        past=past,
        known=known,
        spreads={
            case: spread(list(values.values()))
            for case, values in known.items()
            if len(values) >= NIGHTS_NEEDED
        },
        restless=_restlessness(tonight, measure),
        pace=pace,
    )


def _pace(
    measure: Measure, tonight: Night, known: Values, restarts: Mapping[tuple[str, str], str]
) -> Pace:
    """The pace over the cases whose times say more than a clock's grain."""
    told = {case: measure.take(record) for case, record in tonight.cases.items()}
    now = {
        case: measure.scaled(value)
        for case, value in told.items()
        if value is not None and value >= measure.least
    }
    return find_pace(
        now,
        {case: known[case] for case in now},
        restarts={case: restarts.get((case, measure.key), "") for case in now},
        practical=measure.practical,
    )


def _restlessness(tonight: Night, measure: Measure) -> float:
    """By how much the null case, run twice, differed from itself; its middle over the splits."""
    pairs = [
        (tonight.cases.get(case), rerun)
        for case, again in tonight.again.items()
        for rerun in again
        if rerun.rerun_why == "null"
    ]
    differences = [
        abs(measure.scaled(second) - measure.scaled(first))
        if abs(second - first) >= measure.least
        else 0.0
        for record, rerun in pairs
        if record and (first := measure.take(record)) and (second := measure.take(rerun))
    ]
    return median(differences) if differences and measure.is_ratio else 0.0
