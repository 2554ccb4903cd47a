"""Shifts: by how much each measure of each case changed, and whether that is more than noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final, Literal

from reports.floor import Floor
from reports.measures import Measure, measures_of
from reports.nights import Night
from reports.records import Record
from reports.yardstick import Past, Yardstick, make_yardstick

Word = Literal["better", "worse", "same", "undecided", "unlike"]
CHANGED: Final = frozenset({"better", "worse"})


@dataclass(frozen=True, kw_only=True)
class Shift:
    """One measure of one case, before and now.

    A ``better`` or ``worse`` one is suspected until reruns of the case (``again``) have confirmed
    it. ``beyond`` is the change that it takes to be suspected, on the measure's scale; ``why``
    says what keeps an ``undecided`` or ``unlike`` one from being judged.
    """

    record: Record
    measure: Measure
    word: Word
    is_confirmed: bool = False
    before: float | None = None
    now: float
    again: tuple[float, ...] = ()
    beyond: float | None = None
    nights: int = 0
    why: str = ""

    @property
    def is_suspected(self) -> bool:
        """Whether reruns have still to tell."""
        return self.word in CHANGED and not self.is_confirmed

    @property
    def change(self) -> str:
        """How much it changed, in words; empty where nothing is known of before."""
        return "" if self.before is None else self.measure.change_text(self.before, self.now)


def find_shifts(tonight: Night, past: Past) -> tuple[Shift, ...]:
    """Every measure of every case that tonight has and the past knows."""
    return tuple(
        shift
        for measure in measures_of(tonight.run.summary.metric)
        for yardstick in [make_yardstick(measure, tonight, past)]
        for record in tonight.cases.values()
        if (shift := _shift(yardstick, record))
    )


def _shift(yardstick: Yardstick, record: Record) -> Shift | None:
    measure, levels = yardstick.measure, yardstick.levels(record)
    now = measure.take(record)
    if now is None or not levels:
        return None
    floor = yardstick.floor(record, levels)
    before = measure.unscaled(floor.level)
    if fault := yardstick.fault(record):
        unjudged, why = fault
        return Shift(record=record, measure=measure, word=unjudged, before=before, now=now, why=why)
    again = [measure.take(one) for one in yardstick.tonight.again.get(record.case_id, ())]
    reruns = tuple(value for value in again if value is not None)
    word, is_confirmed = _judged(record, measure, floor, now=now, reruns=reruns)
    return Shift(
        record=record,
        measure=measure,
        word=word,
        is_confirmed=is_confirmed,
        before=before,
        now=now,
        again=reruns,
        beyond=floor.suspected_at,
        nights=floor.nights,
    )


def _judged(
    record: Record, measure: Measure, floor: Floor, *, now: float, reruns: Sequence[float]
) -> tuple[Word, bool]:
    """The word, and whether the reruns bear it out; where they do not, the word is ``same``."""
    word = _word(record, measure, floor.level, now, bound=floor.suspected_at)
    if word == "same" or not reruns:
        return word, False
    bound = floor.confirmed_at(len(reruns))
    is_confirmed = word == _word(record, measure, floor.level, median(reruns), bound=bound)
    return (word, True) if is_confirmed else ("same", False)


def _word(record: Record, measure: Measure, before: float, now: float, *, bound: float) -> Word:
    change = measure.scaled(now) - before
    if abs(change) <= bound or abs(now - measure.unscaled(before)) < measure.least:
        return "same"
    return "better" if (change > 0) == measure.is_higher_better(record) else "worse"
