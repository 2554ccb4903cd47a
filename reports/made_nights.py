"""How often the detector raises false alarms and finds planted changes, on made nights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from reports.floor import NIGHTS_LOOKED_BACK, NIGHTS_NEEDED
from reports.made_records import Noise, Planted, make_night, make_record, night_pace
from reports.nights import Night
from reports.shifts import Shift, find_shifts, make_yardsticks
from reports.yardstick import Past

RERUNS: Final = 5
NIGHTS_TO_FIND: Final = 3


@dataclass(frozen=True, kw_only=True)
class Rates:
    """What the detector did.

    False alarms and suspicions over so many quiet nights; planted changes found on the first
    night and within three, as shares of all that were planted.
    """

    quiet_nights: int
    false_alarms: int
    suspects: int
    planted: int
    found_first: float
    found_in_three: float


def measure_detector(
    *,
    cases: int,
    quiet_nights: int,
    trials: int,
    noise: Noise,
    planted: Planted,
    seed: int,
    reruns: int = RERUNS,
) -> Rates:
    """Rates over two series a case: a fit time and a macro F1.

    Quiet nights follow each other, the nights that are needed to know the noise left out. Then, so
    many times, the change is planted in every case for three nights.
    """
    chance = np.random.default_rng(seed)
    past = [
        make_night(chance, cases, noise, Planted(), pace=night_pace(chance, noise), number=number)
        for number in range(NIGHTS_NEEDED)
    ]
    quiet: list[Shift] = []
    for _ in range(quiet_nights):
        tonight, shifts = _judged(chance, past, cases, noise, Planted(), reruns)
        quiet.extend(shifts)
        past = [*past, tonight][-NIGHTS_LOOKED_BACK:]
    nights = [_found(chance, past, cases, noise, planted, reruns) for _ in range(trials)]
    tried = trials * len(range(0, cases, planted.every)) * len(_changed(planted))
    return Rates(
        quiet_nights=quiet_nights,
        false_alarms=sum(shift.is_confirmed for shift in quiet),
        suspects=len(quiet),
        planted=tried,
        found_first=sum(len(found[0]) for found in nights) / max(1, tried),
        found_in_three=sum(len(frozenset().union(*found)) for found in nights) / max(1, tried),
    )


def _found(
    chance: np.random.Generator,
    past: Sequence[Night],
    cases: int,
    noise: Noise,
    planted: Planted,
    reruns: int,
) -> list[frozenset[tuple[str, str]]]:
    """The planted changes that each of three nights calls regressions."""
    nights, found = list(past), []
    changed = {f"made-{place}" for place in range(0, cases, planted.every)}
    for _ in range(NIGHTS_TO_FIND):
        tonight, shifts = _judged(chance, nights, cases, noise, planted, reruns)
        nights.append(tonight)
        worse = [shift for shift in shifts if shift.is_confirmed and shift.word == "worse"]
        pairs = ((one.record.case_id, one.measure.key) for one in worse)
        found.append(frozenset(pair for pair in pairs if pair[0] in changed))
    return found


def _changed(planted: Planted) -> list[str]:
    return [*(["fit_seconds"] if planted.slower != 1 else []), *(["f1"] if planted.drop else [])]


def _judged(
    chance: np.random.Generator,
    past: Sequence[Night],
    cases: int,
    noise: Noise,
    planted: Planted,
    reruns: int,
) -> tuple[Night, list[Shift]]:
    """A night and all that looked changed in it, after the suspected cases were run again."""
    known = Past(nights=tuple(past[-NIGHTS_LOOKED_BACK:]))
    pace = night_pace(chance, noise)
    number = 1 + int(past[-1].run.path.name)
    night = make_night(chance, cases, noise, planted, pace=pace, number=number)
    suspects = {one.record.case_id for one in _shifts(night, known) if one.is_suspected}
    again = {
        case: tuple(
            make_record(chance, place, noise, planted, pace=pace, rerun_of=case)
            for _ in range(reruns)
        )
        for place, case in enumerate(night.cases)
        if case in suspects
    }
    night = replace(night, again={**night.again, **again})
    looked = [one for one in _shifts(night, known) if one.is_confirmed or one.is_refuted]
    return night, [one for one in looked if one.record.model != "null"]


def _shifts(night: Night, past: Past) -> tuple[Shift, ...]:
    return find_shifts(make_yardsticks(night, past))
