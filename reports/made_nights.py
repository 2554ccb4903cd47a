"""Made nights of known noise, with and without planted changes, to measure the detector by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from reports.described import Profile
from reports.floor import NIGHTS_LOOKED_BACK, NIGHTS_NEEDED
from reports.nights import Night
from reports.records import Record, Score
from reports.run import Run
from reports.shifts import Shift, find_shifts, make_yardsticks
from reports.summary import Summary
from reports.yardstick import Past

RERUNS: Final = 5
NIGHTS_TO_FIND: Final = 3
NULL_SPLITS: Final = 9


@dataclass(frozen=True, kw_only=True)
class Noise:
    """How the numbers of a night stray.

    ``seconds`` is the standard deviation of a time's logarithm and ``score`` that of a score; in a
    share ``hiccups`` of all fits something else on the machine makes them 10 to 50 % longer.
    ``common`` is the standard deviation of what all times of one night share, reruns included.
    """

    seconds: float = 0.02
    score: float = 0.001
    hiccups: float = 0.02
    common: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Planted:
    """A change of every case, or of every so many: times are multiplied, scores lowered."""

    slower: float = 1.0
    drop: float = 0.0
    every: int = 1


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
    *, cases: int, quiet_nights: int, trials: int, noise: Noise, planted: Planted, seed: int
) -> Rates:
    """Rates over two series a case: a fit time and a macro F1.

    Quiet nights follow each other, the nights that are needed to know the noise left out. Then, so
    many times, the change is planted in every case for three nights.
    """
    chance = np.random.default_rng(seed)
    past = [
        _night(chance, cases, noise, Planted(), pace=_pace(chance, noise), number=number)
        for number in range(NIGHTS_NEEDED)
    ]
    quiet: list[Shift] = []
    for _ in range(quiet_nights):
        tonight, shifts = _judged(chance, past, cases, noise, Planted())
        quiet.extend(shifts)
        past = [*past, tonight][-NIGHTS_LOOKED_BACK:]
    nights = [_found(chance, past, cases, noise, planted) for _ in range(trials)]
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
) -> list[frozenset[tuple[str, str]]]:
    """The planted changes that each of three nights calls regressions."""
    nights, found = list(past), []
    changed = {f"made-{place}" for place in range(0, cases, planted.every)}
    for _ in range(NIGHTS_TO_FIND):
        tonight, shifts = _judged(chance, nights, cases, noise, planted)
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
) -> tuple[Night, list[Shift]]:
    """A night and all that looked changed in it, after the suspected cases were run again."""
    known = Past(nights=tuple(past[-NIGHTS_LOOKED_BACK:]))
    pace = _pace(chance, noise)
    number = 1 + int(past[-1].run.path.name)
    night = _night(chance, cases, noise, planted, pace=pace, number=number)
    suspects = {one.record.case_id for one in _shifts(night, known) if one.is_suspected}
    again = {
        case: tuple(
            _record(chance, place, noise, planted, pace=pace, rerun_of=case) for _ in range(RERUNS)
        )
        for place, case in enumerate(night.cases)
        if case in suspects
    }
    night = replace(night, again={**night.again, **again})
    looked = [one for one in _shifts(night, known) if one.is_confirmed or one.is_refuted]
    return night, [one for one in looked if one.record.model != "null"]


def _shifts(night: Night, past: Past) -> tuple[Shift, ...]:
    return find_shifts(make_yardsticks(night, past))


def _pace(chance: np.random.Generator, noise: Noise) -> float:
    """What all times of one night share."""
    return float(np.exp(noise.common * chance.standard_normal()))


def _night(
    chance: np.random.Generator,
    cases: int,
    noise: Noise,
    planted: Planted,
    *,
    pace: float,
    number: int,
) -> Night:
    """A night of so many cases and, beside them, the null case on every split, run twice."""
    records = [_record(chance, place, noise, planted, pace=pace) for place in range(cases)]
    nulls = [
        _record(chance, place, noise, Planted(), pace=pace, model="null")
        for place in range(cases, cases + NULL_SPLITS)
    ]
    again = {
        record.case_id: (
            _record(
                chance, place, noise, Planted(), pace=pace, model="null", rerun_of=record.case_id
            ),
        )
        for place, record in enumerate(nulls, start=cases)
    }
    run = Run(
        path=Path(f"{number:08}"), summary=Summary(), profile=Profile(),
        selections=(), records=(), suite_text="",
    )  # fmt: skip
    return Night(run=run, cases={one.case_id: one for one in [*records, *nulls]}, again=again)


def _record(
    chance: np.random.Generator,
    place: int,
    noise: Noise,
    planted: Planted,
    *,
    pace: float,
    model: str = "made",
    rerun_of: str | None = None,
) -> Record:
    hiccup = chance.uniform(1.1, 1.5) if chance.random() < noise.hiccups else 1.0
    stray = float(np.exp(noise.seconds * chance.standard_normal()))
    is_planted = place % planted.every == 0
    slower, drop = (planted.slower, planted.drop) if is_planted else (1.0, 0.0)
    score = 0.9 - drop + noise.score * float(chance.standard_normal())
    return Record(
        case_id=f"{model}-{place}",
        model=model,
        role="model",
        task="attack",
        split="random",
        seed=0,
        status="done",
        scores={"f1_macro": Score(value=score)},
        seconds={"fit": (1 + place) * slower * pace * hiccup * stray},
        rerun_of=rerun_of,
        rerun_why="null" if model == "null" and rerun_of else None,
    )
