"""Feature selection over all rows: scikit-learn's ANOVA F from per-class moments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import fdtrc
from sklearn.feature_selection import SelectKBest

from pipeline.flows import Floats
from pipeline.moments import Moments


@dataclass(frozen=True, kw_only=True, eq=False)
class Selection:
    """F and p of every feature, (features,) each, and the names of the best in column order.

    F is NaN for a constant feature, infinite for one that is constant within every class.
    """

    features: tuple[str, ...]
    F: Floats
    p: Floats
    selected: tuple[str, ...]
    rows: int

    @property
    def ranked(self) -> tuple[str, ...]:
        """All features from best to worst, in the order in which ``SelectKBest`` takes them."""
        scores = np.where(np.isnan(self.F), np.finfo(np.float64).min, _certain_digits(self.F))
        best_first = np.argsort(scores, kind="mergesort")[::-1]
        return tuple(self.features[place] for place in best_first)


def select(moments: Moments, *, features: tuple[str, ...], k: int) -> Selection:
    """The ``k`` features of largest F, ties and NaN resolved by ``SelectKBest`` itself.

    Two F that agree to ten digits are a tie: the digits after them depend on how the rows lie in
    files, and so would the choice between two columns of which one is a multiple of the other.
    """
    F, p = anova(moments)
    scores, dummy = _certain_digits(F), np.zeros((2, len(features)))
    best = SelectKBest(lambda _X, _y: (scores, p), k=min(k, len(features))).fit(dummy, [0, 1])
    selected = tuple(np.asarray(features)[best.get_support()].tolist())
    rows = int(moments.count.sum())
    return Selection(features=features, F=F, p=p, selected=selected, rows=rows)


def anova(moments: Moments) -> tuple[Floats, Floats]:
    """One-way ANOVA F and p of every feature, as ``sklearn.feature_selection.f_classif``.

    scikit-learn subtracts sums of squares of the raw values, which cancels where a mean is large
    beside its spread; here both sums of squares are of deviations, so F keeps its digits there.

    Returns
    -------
    F, p
        float64, (features,) each; NaN for a constant feature or for fewer than two classes.
    """
    present = moments.count > 0
    count = moments.count[present].astype(np.float64)[:, None]
    mean, m2 = moments.mean[present], moments.m2[present]
    # Seen from the first class, the means of a constant feature are zero, and so is their mean;
    # the mean of equal numbers need not be that number to the last digit.
    offset = mean - mean[:1]
    with np.errstate(divide="ignore", invalid="ignore"):
        grand_offset = (count * offset).sum(axis=0) / count.sum()
        between = (count * (offset - grand_offset) ** 2).sum(axis=0)
        within = m2.sum(axis=0)
        between_freedom = len(count) - 1
        within_freedom = count.sum() - len(count)
        F = np.divide(between, between_freedom) / np.divide(within, within_freedom)
    return F, fdtrc(between_freedom, within_freedom, F)


def _certain_digits(F: Floats) -> Floats:
    return np.array([float(f"{value:.9e}") for value in F.tolist()])
