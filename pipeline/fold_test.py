"""Two models on the same folds: whether they differ by more than the chance in training flows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np


@dataclass(frozen=True, kw_only=True)
class FoldTest:
    """The corrected resampled t-test of the first model's fold scores less the second's.

    ``p`` is two-sided (Nadeau and Bengio 2003); ``above``, ``within`` and ``below`` are the
    probabilities that the difference lies above, in and below the region of practical equivalence
    (Benavoli et al. 2017: the same t distribution, read as a posterior).
    """

    difference: float
    p: float
    above: float
    within: float
    below: float


def compare_folds(first: Sequence[float], second: Sequence[float], *, rope: float) -> FoldTest:
    """The scores of two models on the same folds of one cross-validation, at least two."""
    from baycomp import CorrelatedTTest  # here since only the comparison of a whole run needs it
    from scipy.stats import t

    # baycomp takes the second less the first.
    posterior = CorrelatedTTest(np.array(second), np.array(first), rope)
    below, *within, above = map(float, posterior.probs())
    mean, spread = float(posterior.mean), sqrt(posterior.var)
    return FoldTest(
        difference=mean,
        p=float(2 * t.sf(abs(mean) / spread, posterior.df)) if spread else float(mean == 0),
        above=above,
        within=sum(within),
        below=below,
    )
