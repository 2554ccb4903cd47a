"""Shifts: by how much each measure of each case changed, and whether that is more than noise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
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
    it, or, ``is_refuted``, made it the ``same``. ``beyond`` is the change that it takes to be
    suspected, on the measure's scale; ``why`` says what keeps an ``undecided`` or ``unlike`` one
    from being judged.
    """

    record: Record
    measure: Measure
    word: Word
    is_confirmed: bool = False
    is_refuted: bool = False
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


def make_yardsticks(tonight: Night, past: Past) -> tuple[Yardstick, ...]:
    """What every measure of tonight is judged by."""
    measures = measures_of(tonight.run.summary.metric)
    return tuple(make_yardstick(measure, tonight, past) for measure in measures)


def find_shifts(yardsticks: Iterable[Yardstick]) -> tuple[Shift, ...]:
    """Every measure of every case that tonight has and the past knows."""
    return tuple(
        shift
        for yardstick in yardsticks
        for record in yardstick.tonight.cases.values()
        if (shift := _shift(yardstick, record))
    )


def _shift(yardstick: Yardstick, record: Record) -> Shift | None:
    measure, levels = yardstick.measure, yardstick.levels(record)
    now = measure.take(record)
    if now is None or not levels:
        return None
    floor = yardstick.floor(record, levels)
    known = Shift(
        record=record,
        measure=measure,
        word="same",
        before=measure.unscaled(floor.level),
        now=now,
        nights=floor.nights,
    )
    if fault := yardstick.fault(record):
        unjudged, why = fault
        return known if _is_least(known, now) else replace(known, word=unjudged, why=why)
    again = [measure.take(one) for one in yardstick.tonight.again.get(record.case_id, ())]
    reruns = tuple(value for value in again if value is not None)
    return _judged(replace(known, again=reruns, beyond=floor.suspected_at), floor)


def _judged(known: Shift, floor: Floor) -> Shift:
    word = _word(known, known.now, floor=floor, bound=floor.suspected_at)
    if word == "same" or not known.again:
        return replace(known, word=word)
    bound = floor.confirmed_at(len(known.again))
    if _word(known, median(known.again), floor=floor, bound=bound) != word:
        return replace(known, is_refuted=True)
    return replace(known, word=word, is_confirmed=True)


def _word(known: Shift, now: float, *, floor: Floor, bound: float) -> Word:
    change = known.measure.scaled(now) - floor.level - floor.excused
    if abs(change) <= bound or _is_least(known, now):
        return "same"
    return "better" if (change > 0) == known.measure.is_higher_better(known.record) else "worse"


def _is_least(known: Shift, now: float) -> bool:
    """Whether the change is within the grain of a clock or a page."""
    return abs(now - (known.before or 0.0)) < known.measure.least
