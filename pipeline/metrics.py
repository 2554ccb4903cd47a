"""Every score, computed from a weighted confusion matrix: one entry each, with its direction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Final, Literal

import numpy as np

from pipeline.flows import Floats, Integers

REPLICATES: Final = 1_000
INTERVAL: Final = 0.95


@dataclass(frozen=True, kw_only=True, eq=False)
class Margins:
    """What every metric needs of confusion matrices: (..., classes) each, whole numbers.

    Flows rightly recognised, flows of the class, flows that were given it. Of each class, several
    metrics take its precision, recall and F1 together.
    """

    hits: Floats
    support: Floats
    predicted: Floats

    @cached_property
    def precision(self) -> Floats:
        """Of the flows that were given the class, the share of it; 0 where there are none."""
        return _ratio(self.hits, self.predicted)

    @cached_property
    def recall(self) -> Floats:
        """Of the flows of the class, the share that was given it; 0 where there are none."""
        return _ratio(self.hits, self.support)

    @cached_property
    def f1(self) -> Floats:
        """The harmonic mean of the two; 0 where the class neither occurs nor was predicted."""
        return _ratio(2 * self.hits, self.support + self.predicted)


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A function of the margins of confusion matrices and the better direction."""

    title: str
    of_margins: Callable[[Margins], Floats]
    better: Literal["higher", "lower"] = "higher"

    def score(self, confusion: Floats) -> Floats:
        """The score of every matrix in (..., classes, classes).

        Entry ``[i, j]`` of a matrix counts flows of class ``i`` predicted as class ``j``.
        """
        return self.of_margins(_margins(confusion))


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A score and its percentile bootstrap interval over test flows."""

    value: float
    low: float
    high: float


def confusion_matrix(
    truth: Integers, predicted: Integers, *, counts: Integers, classes: int
) -> Integers:
    """int64 (classes, classes): how many flows of each true class went to each predicted class.

    >>> confusion_matrix(np.array([0, 0, 1]), np.array([0, 1, 1]), counts=np.array([5, 2, 3]),
    ...                  classes=2)
    array([[5, 2],
           [0, 3]])
    """
    matrix = np.zeros((classes, classes), np.int64)
    np.add.at(matrix, (truth, predicted), counts)
    return matrix


def estimates(
    confusion: Integers, *, seed: int, replicates: int = REPLICATES
) -> dict[str, Estimate]:
    """Every metric with its bootstrap interval, by name.

    Drawing test flows with replacement draws the confusion matrix from a multinomial over its own
    cells, so a replicate costs a draw for each cell that is not empty, whatever the flows are
    (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13: percentile interval).
    """
    draws = _bootstrap(confusion, seed=seed, replicates=replicates)
    found = _margins(confusion.astype(np.float64))
    drawn = np.stack([metric.of_margins(draws) for metric in METRICS.values()])
    tail = (1 - INTERVAL) / 2
    ends = np.quantile(drawn, [tail, 1 - tail], axis=1).T.tolist()
    return {
        name: Estimate(value=float(metric.of_margins(found)), low=low, high=high)
        for (name, metric), (low, high) in zip(METRICS.items(), ends, strict=True)
    }


def class_scores(confusion: Integers) -> tuple[Floats, Floats, Floats, Integers]:
    """Precision, recall, F1 (0 where undefined) and support of every class, each (classes,)."""
    margins = _margins(confusion.astype(np.float64))
    return margins.precision, margins.recall, margins.f1, confusion.sum(axis=1)


def _margins(confusion: Floats) -> Margins:
    return Margins(
        hits=np.diagonal(confusion, axis1=-2, axis2=-1).copy(),
        support=confusion.sum(axis=-1),
        predicted=confusion.sum(axis=-2),
    )


def _bootstrap(confusion: Integers, *, seed: int, replicates: int) -> Margins:
    """The margins of so many drawn matrices, (replicates, classes)."""
    total = int(confusion.sum())
    truth, predicted = np.nonzero(confusion)
    shares = confusion[truth, predicted] / total
    drawn = np.random.default_rng(seed).multinomial(total, shares, size=replicates)
    flows = drawn.astype(np.float64)
    is_of = np.eye(len(confusion))
    return Margins(
        hits=flows @ (is_of[truth] * is_of[predicted]),
        support=flows @ is_of[truth],
        predicted=flows @ is_of[predicted],
    )


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Part of whole, 0 where there is no whole (scikit-learn's ``zero_division=0``)."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole != 0)


def _weighted(of_class: Callable[[Margins], Floats]) -> Callable[[Margins], Floats]:
    """The mean over flows: each class counts as often as it occurs."""

    def score(of: Margins) -> Floats:
        return _ratio((of_class(of) * of.support).sum(axis=-1), of.support.sum(axis=-1))

    return score


def _macro(of_class: Callable[[Margins], Floats]) -> Callable[[Margins], Floats]:
    """The mean over classes that occur or were predicted, as scikit-learn's ``average='macro'``."""

    def score(of: Margins) -> Floats:
        seen = (of.support + of.predicted) > 0
        return _ratio((of_class(of) * seen).sum(axis=-1), seen.sum(axis=-1, dtype=float))

    return score


def _accuracy(of: Margins) -> Floats:
    return _ratio(of.hits.sum(axis=-1), of.support.sum(axis=-1))


def _balanced_accuracy(of: Margins) -> Floats:
    """Mean recall of the classes that occur (scikit-learn's ``balanced_accuracy_score``)."""
    occurs = of.support > 0
    return _ratio((of.recall * occurs).sum(axis=-1), occurs.sum(axis=-1, dtype=float))


def _matthews(of: Margins) -> Floats:
    """Multiclass correlation R_K (Gorodkin 2004), as scikit-learn's ``matthews_corrcoef``."""
    total = of.support.sum(axis=-1)
    covariance = of.hits.sum(axis=-1) * total - (of.support * of.predicted).sum(axis=-1)
    of_truth = total**2 - (of.support**2).sum(axis=-1)
    of_guess = total**2 - (of.predicted**2).sum(axis=-1)
    return _ratio(covariance, np.sqrt(of_truth * of_guess))


_PRECISION, _RECALL, _F1 = attrgetter("precision"), attrgetter("recall"), attrgetter("f1")

METRICS: Final[Mapping[str, Metric]] = {
    "accuracy": Metric(title="Accuracy", of_margins=_accuracy),
    "precision_weighted": Metric(title="Precision (weighted)", of_margins=_weighted(_PRECISION)),
    "recall_weighted": Metric(title="Recall (weighted)", of_margins=_weighted(_RECALL)),
    "f1_weighted": Metric(title="F1 (weighted)", of_margins=_weighted(_F1)),
    "precision_macro": Metric(title="Precision (macro)", of_margins=_macro(_PRECISION)),
    "recall_macro": Metric(title="Recall (macro)", of_margins=_macro(_RECALL)),
    "f1_macro": Metric(title="F1 (macro)", of_margins=_macro(_F1)),
    "balanced_accuracy": Metric(title="Balanced accuracy", of_margins=_balanced_accuracy),
    "mcc": Metric(title="Matthews correlation", of_margins=_matthews),
}
