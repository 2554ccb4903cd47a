"""A score with its influence function, and the interval that follows without drawing anything."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pipeline.flows import Floats, Integers
from pipeline.metrics import Estimate

Z: Final = 1.959963984540054
"""97.5 % of the normal law lie below."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Influenced:
    """A score and how it moves with each row.

    Attributes
    ----------
    influence
        float64, (rows,): by how much the score grows for each share of the test flows that is of
        this row and not of all rows alike (Hampel, The influence curve, JASA 69, 1974).
    """

    value: float
    influence: Floats

    def error(self, counts: Integers) -> float:
        """The standard error over test flows, each row standing for so many.

        This is the infinitesimal jackknife (Efron, The Jackknife, the Bootstrap and Other
        Resampling Plans, 1982, chapter 6): to first order what the bootstrap comes to with ever
        more replicates. For the area under the ROC curve it is that of DeLong et al. (1988).
        """
        return math.sqrt(float(counts @ self.influence**2)) / float(counts.sum())

    def estimate(self, counts: Integers) -> Estimate:
        """The score, and its interval by the normal law; a score below 0 there is none."""
        half = Z * self.error(counts)
        return Estimate(value=self.value, low=max(self.value - half, 0.0), high=self.value + half)

    def estimate_of_share(self, counts: Integers) -> Estimate:
        """The same for a score between 0 and 1, by the normal law of its log odds.

        A score of 0 or 1, where nothing was ever wrong or right, has an interval without width, as
        the bootstrap gives it.
        """
        share = self.value
        if not 0.0 < share < 1.0:
            return Estimate(value=share, low=share, high=share)
        half = Z * self.error(counts) / (share * (1 - share))
        low, high = (_share(math.log(share / (1 - share)) + step) for step in (-half, half))
        return Estimate(value=share, low=min(low, share), high=max(high, share))


def mean_of(several: Sequence[Influenced], weights: Floats) -> Influenced:
    """The mean of several scores under these weights, which sum up to one and do not move.

    >>> one = Influenced(value=0.5, influence=np.array([1.0, -1.0]))
    >>> two = Influenced(value=1.0, influence=np.array([0.0, 0.0]))
    >>> mean_of([one, two], np.array([0.25, 0.75])).value
    0.875
    """
    pairs = list(zip(weights.tolist(), several, strict=True))
    return Influenced(
        value=math.fsum(weight * one.value for weight, one in pairs),
        influence=np.sum([weight * one.influence for weight, one in pairs], axis=0),
    )


def _share(log_odds: float) -> float:
    odds = math.exp(-abs(log_odds))
    return 1 / (1 + odds) if log_odds >= 0 else odds / (1 + odds)
