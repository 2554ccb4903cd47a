"""The noise floor: how much a number moves from night to night when nothing has changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi, sqrt
from typing import Final

import numpy as np

NIGHTS_NEEDED: Final = 7
NIGHTS_LOOKED_BACK: Final = 30
# Chosen by measuring: docs/regressions.md has the rates of false alarm and of detection.
SUSPECTED_AT: Final = 1.5
CONFIRMED_AT: Final = 3.3
LAG: Final = 5
# Makes the median distance of two normal numbers their standard deviation.
SHAMOS: Final = 1.0483
HODGES_LEHMANN_VARIANCE: Final = pi / 3
MEDIAN_VARIANCE: Final = pi / 2


@dataclass(frozen=True, kw_only=True)
class Floor:
    """Where a number has been, and how far it strays from there; on the measure's own scale.

    ``nights`` is how many the ``level`` is known from; ``restless`` is by how much the null case
    differed from itself tonight, ``excused`` what all cases of tonight share and machines explain.
    """

    level: float
    spread: float
    nights: int
    practical: float
    restless: float = 0.0
    excused: float = 0.0

    @property
    def suspected_at(self) -> float:
        """A single change beyond this makes the case suspect."""
        own = SUSPECTED_AT * self.spread * sqrt(1 + self._level_variance)
        return max(self.practical, self.restless, own)

    def confirmed_at(self, reruns: int) -> float:
        """A median change of so many reruns beyond this is called a change.

        The half of a rerun is what the variance of a median of few is smaller than that of many.
        """
        variance = MEDIAN_VARIANCE / (reruns + 0.5) + self._level_variance
        return max(self.practical, self.restless, CONFIRMED_AT * self.spread * sqrt(variance))

    @property
    def _level_variance(self) -> float:
        return min(1.0, HODGES_LEHMANN_VARIANCE / self.nights)


def level(values: Sequence[float]) -> float:
    """The middle of these numbers: the median of all means of two (Hodges and Lehmann, 1963).

    >>> level([1.0, 2.0, 3.0, 100.0])
    2.75
    """
    numbers = np.asarray(values, np.float64)
    first, second = np.triu_indices(len(numbers))
    return float(np.median((numbers[first] + numbers[second]) / 2))


def spread(values: Sequence[float]) -> float:
    """The standard deviation about a level that may have moved by steps.

    The median distance of two nights (Shamos, 1976) that lie at most five nights apart: a step in
    between touches few of them, an outlier no more than its share.

    >>> spread([5.0, 5.0, 5.0, 5.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0])
    0.0
    """
    numbers = np.asarray(values, np.float64)
    lags = range(1, min(LAG, len(numbers) - 1) + 1)
    distances = [np.abs(numbers[lag:] - numbers[:-lag]) for lag in lags]
    return SHAMOS * float(np.median(np.concatenate(distances))) if distances else 0.0
