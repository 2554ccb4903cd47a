"""Every score, computed from a weighted confusion matrix: one entry each, with its direction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from pipeline.flows import Floats, Integers

REPLICATES: Final = 1_000
INTERVAL: Final = 0.95


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A function of confusion matrices ``(..., classes, classes)`` and the better direction.

    Entry ``[i, j]`` of a confusion matrix counts flows of class ``i`` predicted as class ``j``.
    """

    title: str
    score: Callable[[Floats], Floats]
    better: Literal["higher", "lower"] = "higher"


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
    cells, so a replicate costs a draw of at most classes x classes cells whatever the flows are
    (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13: percentile interval).
    """
    draws = _bootstrap(confusion, seed=seed, replicates=replicates)
    return {name: _estimate(metric, confusion, draws) for name, metric in METRICS.items()}


def class_scores(confusion: Integers) -> tuple[Floats, Floats, Floats, Integers]:
    """Precision, recall, F1 (0 where undefined) and support of every class, each (classes,)."""
    matrix = confusion.astype(np.float64)
    return _precision(matrix), _recall(matrix), _f1(matrix), confusion.sum(axis=1)


def _bootstrap(confusion: Integers, *, seed: int, replicates: int) -> Floats:
    total = int(confusion.sum())
    cells = confusion.ravel() / total
    drawn = np.random.default_rng(seed).multinomial(total, cells, size=replicates)
    return drawn.reshape(replicates, *confusion.shape).astype(np.float64)


def _estimate(metric: Metric, confusion: Integers, draws: Floats) -> Estimate:
    tail = (1 - INTERVAL) / 2
    low, high = np.quantile(metric.score(draws), [tail, 1 - tail])
    value = metric.score(confusion.astype(np.float64))
    return Estimate(value=float(value), low=float(low), high=float(high))


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Part of whole, 0 where there is no whole (scikit-learn's ``zero_division=0``)."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole != 0)


def _hits(confusion: Floats) -> Floats:
    return np.diagonal(confusion, axis1=-2, axis2=-1).copy()


def _support(confusion: Floats) -> Floats:
    support: Floats = confusion.sum(axis=-1)
    return support


def _predicted(confusion: Floats) -> Floats:
    predicted: Floats = confusion.sum(axis=-2)
    return predicted


def _precision(confusion: Floats) -> Floats:
    return _ratio(_hits(confusion), _predicted(confusion))


def _recall(confusion: Floats) -> Floats:
    return _ratio(_hits(confusion), _support(confusion))


def _f1(confusion: Floats) -> Floats:
    return _ratio(2 * _hits(confusion), _support(confusion) + _predicted(confusion))


def _weighted(of_class: Callable[[Floats], Floats]) -> Callable[[Floats], Floats]:
    """The mean over flows: each class counts as often as it occurs."""

    def score(confusion: Floats) -> Floats:
        support = _support(confusion)
        return _ratio((of_class(confusion) * support).sum(axis=-1), support.sum(axis=-1))

    return score


def _macro(of_class: Callable[[Floats], Floats]) -> Callable[[Floats], Floats]:
    """The mean over classes that occur or were predicted, as scikit-learn's ``average='macro'``."""

    def score(confusion: Floats) -> Floats:
        seen = (_support(confusion) + _predicted(confusion)) > 0
        return _ratio((of_class(confusion) * seen).sum(axis=-1), seen.sum(axis=-1, dtype=float))

    return score


def _accuracy(confusion: Floats) -> Floats:
    return _ratio(_hits(confusion).sum(axis=-1), confusion.sum(axis=(-2, -1)))


def _balanced_accuracy(confusion: Floats) -> Floats:
    """Mean recall of the classes that occur (scikit-learn's ``balanced_accuracy_score``)."""
    occurs = _support(confusion) > 0
    return _ratio((_recall(confusion) * occurs).sum(axis=-1), occurs.sum(axis=-1, dtype=float))


def _matthews(confusion: Floats) -> Floats:
    """Multiclass correlation R_K (Gorodkin 2004), as scikit-learn's ``matthews_corrcoef``."""
    truth, guess = _support(confusion), _predicted(confusion)
    total = confusion.sum(axis=(-2, -1))
    covariance = _hits(confusion).sum(axis=-1) * total - (truth * guess).sum(axis=-1)
    of_truth = total**2 - (truth**2).sum(axis=-1)
    of_guess = total**2 - (guess**2).sum(axis=-1)
    return _ratio(covariance, np.sqrt(of_truth * of_guess))


METRICS: Final[Mapping[str, Metric]] = {
    "accuracy": Metric(title="Accuracy", score=_accuracy),
    "precision_weighted": Metric(title="Precision (weighted)", score=_weighted(_precision)),
    "recall_weighted": Metric(title="Recall (weighted)", score=_weighted(_recall)),
    "f1_weighted": Metric(title="F1 (weighted)", score=_weighted(_f1)),
    "precision_macro": Metric(title="Precision (macro)", score=_macro(_precision)),
    "recall_macro": Metric(title="Recall (macro)", score=_macro(_recall)),
    "f1_macro": Metric(title="F1 (macro)", score=_macro(_f1)),
    "balanced_accuracy": Metric(title="Balanced accuracy", score=_balanced_accuracy),
    "mcc": Metric(title="Matthews correlation", score=_matthews),
}
