"""What flows and clocks add to a window: age of its flows, their duration, rate and gaps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import ndtri

from pipeline.flows import Floats
from pipeline.synthetic.attacks import Phase
from pipeline.synthetic.chance import Words, key_of, uniforms

_TICKS_A_SECOND: Final = 2.0**22  # times since 1970 in float64 sit on this grid
_FASTEST: Final = 5_242_880.0
IDLE_RUNS: Final = 0.02  # share of runs that began without a rate
BURST_RUNS: Final = 0.02  # share of runs that began with an absurd one


@dataclass(frozen=True, kw_only=True, eq=False)
class Pace:
    """Per window: how far its own flow and the aliens' have come, and how fast.

    Attributes
    ----------
    age, alien_age
        Packets seen so far of the flow of a packet, on average over the window.
    duration, alien_duration
        Seconds since that flow began, on average.
    rate
        Packets a second, as the extractor last worked it out.
    """

    age: Floats
    alien_age: Floats
    duration: Floats
    alien_duration: Floats
    rate: Floats


def pace_of(phase: Phase, rows: Words, first: Words, key: np.uint64) -> Pace:
    """The pace of these windows; ``first`` is the window each one's pure run began with."""
    age, duration, rate = FLOWS[phase.flows](phase, rows, first, key)
    typical_age = 0.8 if phase.pattern else phase.age
    alien_age = 1.0 + np.floor(_lognormal("alien age", rows, key, median=typical_age, sigma=1.9))
    alien_gap = _lognormal("alien gap", rows, key, median=0.22, sigma=1.9)
    return Pace(
        age=age,
        alien_age=alien_age,
        duration=duration,
        alien_duration=(alien_age - 1.0) * alien_gap,
        rate=rate,
    )


def clock_of(phase: Phase, place: Floats) -> Floats:
    """Seconds since 1970 at these places (0 to 1) of a phase."""
    return np.rint((phase.begin + place * phase.seconds) * _TICKS_A_SECOND) / _TICKS_A_SECOND


def gaps_of(phase: Phase, rows: Words, key: np.uint64) -> Floats:
    """Mean seconds between the packets of each window."""
    gaps = _lognormal("gap", rows, key, median=phase.gap, sigma=1.0)
    return np.rint(gaps * _TICKS_A_SECOND) / _TICKS_A_SECOND


def _fresh(
    phase: Phase, rows: Words, first: Words, key: np.uint64
) -> tuple[Floats, Floats, Floats]:
    """Each packet is the first of its flow, so the rate stays what the last alien left."""
    ones = np.ones(len(rows))
    rate = _lognormal("rate", first, key, median=phase.rate, sigma=1.75)
    luck = uniforms(key ^ key_of("luck"), first)
    burst = _lognormal("burst", first, key, median=1.6e5, sigma=1.6)
    rate = np.where(luck > 1.0 - BURST_RUNS, np.minimum(burst, _FASTEST), rate)
    return ones, 0.0 * ones, np.where(luck < IDLE_RUNS, 0.0, rate)


def _reused(
    phase: Phase, rows: Words, first: Words, key: np.uint64
) -> tuple[Floats, Floats, Floats]:
    """Source ports come round again: a flow has two packets or so, seconds apart."""
    draws = uniforms(key ^ key_of("age"), rows)
    age = np.where(draws < 0.4, 2.0, 1.0 + (phase.age + 0.4) * (draws - 0.4) / 0.6)
    seconds = _lognormal("seconds", rows, key, median=2.45, sigma=0.6)
    duration = (age - 1.0) * seconds
    return age, duration, age / np.maximum(duration, 1e-3)


def _single(
    phase: Phase, rows: Words, first: Words, key: np.uint64
) -> tuple[Floats, Floats, Floats]:
    """One flow carries the window, and carried others before it."""
    before = np.floor(uniforms(key ^ key_of("age"), rows) * 2.0 * phase.age)
    age = before + (phase.window + 1) / 2
    rate = _lognormal("rate", rows, key, median=phase.rate, sigma=0.7)
    pauses = 1.0 + 3.0 * uniforms(key ^ key_of("pause"), rows) ** 2
    return age, pauses * age / rate, rate


def _long(phase: Phase, rows: Words, first: Words, key: np.uint64) -> tuple[Floats, Floats, Floats]:
    """Talk: nothing is the attack's own."""
    ones = np.ones(len(rows))
    return ones, 0.0 * ones, _lognormal("rate", rows, key, median=phase.rate, sigma=1.2)


Manner = Callable[[Phase, Words, Words, np.uint64], tuple[Floats, Floats, Floats]]

FLOWS: Final[Mapping[str, Manner]] = {
    "fresh": _fresh,
    "reused": _reused,
    "single": _single,
    "long": _long,
}


def _lognormal(name: str, rows: Words, key: np.uint64, *, median: float, sigma: float) -> Floats:
    draws: Floats = median * np.exp(sigma * ndtri(uniforms(key ^ key_of(name), rows)))
    return draws
