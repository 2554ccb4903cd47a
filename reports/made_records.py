"""Nights made of seeded noise of known size, with and without planted changes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from reports.described import Profile
from reports.nights import Night
from reports.records import Record, Score
from reports.run import Run
from reports.summary import Summary

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


def night_pace(chance: np.random.Generator, noise: Noise) -> float:
    """What all times of one night share."""
    return float(np.exp(noise.common * chance.standard_normal()))


def make_night(
    chance: np.random.Generator,
    cases: int,
    noise: Noise,
    planted: Planted,
    *,
    pace: float,
    number: int,
) -> Night:
    """A night of so many cases and, beside them, the null case on every split, run twice."""
    records = [make_record(chance, place, noise, planted, pace=pace) for place in range(cases)]
    nulls = [
        make_record(chance, place, noise, Planted(), pace=pace, model="null")
        for place in range(cases, cases + NULL_SPLITS)
    ]
    again = {
        record.case_id: (
            make_record(
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


def make_record(
    chance: np.random.Generator,
    place: int,
    noise: Noise,
    planted: Planted,
    *,
    pace: float,
    model: str = "made",
    rerun_of: str | None = None,
) -> Record:
    """A case that ended well, with a fit time and a macro F1 that stray."""
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
