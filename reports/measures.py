"""MEASURES: what is watched of every case from night to night, and how much of it matters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import exp, log
from typing import Final

from reports.numbers import MEBIBYTE, TIMES, number_text, points_text
from reports.ranking import is_higher_better
from reports.records import Record
from reports.terms import TERMS

SCORE_PRACTICAL: Final = 0.002
ENDED_WELL: Final = "ended_well"
COST_PRACTICAL: Final = log(1.05)


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One number of a record.

    Attributes
    ----------
    kind
        How it is written (a key of `numbers.FORMATS`).
    is_ratio
        Whether a change is a ratio (times, memory) and not a difference (scores).
    practical
        The region of practical equivalence: a smaller change does not matter. Of a ratio, its
        logarithm.
    least
        A change by less than this, in the measure's own unit, is none: a clock's or a page's grain.
    needs_nights
        Whether nothing can be said of it before its spread over nights is known.
    """

    key: str
    title: str
    kind: str
    take: Callable[[Record], float | None]
    is_ratio: bool
    practical: float
    least: float = 0.0
    needs_nights: bool = False

    def scaled(self, value: float) -> float:
        """The value where changes add up: the logarithm of a time, a score as it is."""
        return log(value) if self.is_ratio else value

    def unscaled(self, value: float) -> float:
        """What :meth:`scaled` was given."""
        return exp(value) if self.is_ratio else value

    def is_higher_better(self, record: Record) -> bool:
        """Whether more of it is better."""
        return not self.is_ratio and is_higher_better([record], self.key)

    def value_text(self, value: float) -> str:
        """The value as a person reads it, with its unit."""
        return f"{number_text(value, self.kind)}{UNITS.get(self.kind, '')}"

    def change_text(self, before: float, now: float) -> str:
        """How much it changed: points of a score, times a time."""
        if self.key == ENDED_WELL:
            return "newly failed" if now < before else "mended"
        if self.is_ratio:
            return f"{TIMES}{now / before:.2f}"
        return f"{points_text(now - before)} points"


UNITS: Final = {"seconds": " s", "mebibytes": " MiB"}


def _score(metric: str, record: Record) -> float | None:
    score = record.scores.get(metric)
    return score.value if score and record.status == "done" else None


def _seconds(stage: str, record: Record) -> float | None:
    return (record.seconds.get(stage) or None) if record.status == "done" else None


def _memory(record: Record) -> float | None:
    return (record.peak_memory_bytes or None) if record.status == "done" else None


def _ended_well(record: Record) -> float | None:
    return None if record.status in ("skipped", "not_started") else float(record.status == "done")


def score_measure(metric: str) -> Measure:
    """The measure of this score."""
    term = TERMS.get(metric)
    return Measure(
        key=metric,
        title=term.full_title if term else metric,
        kind="score",
        take=partial(_score, metric),
        is_ratio=False,
        practical=SCORE_PRACTICAL,
    )


def _time_measure(key: str, title: str) -> Measure:
    return Measure(
        key=f"{key}_seconds",
        title=title,
        kind="seconds",
        take=partial(_seconds, key),
        is_ratio=True,
        practical=COST_PRACTICAL,
        least=0.02,
        needs_nights=True,
    )


MEASURES: Final[tuple[Measure, ...]] = (
    Measure(
        key=ENDED_WELL,
        title="Ended well",
        kind="ended",
        take=_ended_well,
        is_ratio=False,
        practical=0.5,
    ),
    score_measure("accuracy"),
    score_measure("f1_macro"),
    _time_measure("fit", "Fit"),
    _time_measure("predict", "Predict"),
    Measure(
        key="peak_memory_bytes",
        title="Peak memory",
        kind="mebibytes",
        take=_memory,
        is_ratio=True,
        practical=COST_PRACTICAL,
        least=8 * MEBIBYTE,
        needs_nights=True,
    ),
)


def measures_of(metric: str) -> tuple[Measure, ...]:
    """The measures, with the score that models are chosen by where it is not among them.

    >>> [measure.key for measure in measures_of("mcc")][-1]
    'mcc'
    """
    known = any(measure.key == metric for measure in MEASURES)
    return MEASURES if known else (*MEASURES, score_measure(metric))
