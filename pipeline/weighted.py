"""Classifiers whose original derives a default from unweighted rows: the same, from counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import SVC

from pipeline.flows import Floats, Integers

ROWS_AT_ONCE: Final = 8_192


class CountedGaussianNB(GaussianNB):  # type: ignore[misc]
    """Gaussian naive Bayes whose smoothing is a share of the variance over rows.

    The original takes the largest variance over distinct rows, whatever their weights.
    """

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit; a row counts ``sample_weight`` times."""
        super().fit(X, y, sample_weight=sample_weight)
        if sample_weight is not None:
            self._smooth(np.asarray(X, dtype=np.float64), np.asarray(sample_weight))
        return self

    def _smooth(self, X: Floats, counts: Floats) -> None:
        of_one_class = np.zeros(len(X), np.int64)
        mean = class_means(X, of_one_class, counts=counts)
        squares = squares_within(X, of_one_class, mean, counts=counts)
        epsilon = self.var_smoothing * squares.max() / counts.sum()
        self.var_ -= self.epsilon_
        self.var_ += epsilon
        self.epsilon_: float = epsilon


class CountedSVC(SVC):  # type: ignore[misc]
    """Support vector machine whose ``gamma="scale"`` is the variance over rows.

    A weight multiplies the penalty ``C`` of its row, which is what repeating the row does; the
    original takes the variance of the kernel's scale over distinct rows, whatever their weights.
    """

    def _dense_fit(
        self,
        X: Floats,
        y: Floats,
        sample_weight: Floats,
        *settings: Any,  # noqa: ANN401
        **named: Any,  # noqa: ANN401
    ) -> None:
        if self.gamma == "scale" and len(sample_weight):
            variance = _variance(X, counts=sample_weight)
            self._gamma = 1.0 / (X.shape[1] * variance) if variance else 1.0
        super()._dense_fit(X, y, sample_weight, *settings, **named)

    def predict(self, X: ArrayLike) -> NDArray[np.generic]:
        """The class that most pairs of classes vote for, the first of those that tie."""
        if not self._has_votes():
            labels: NDArray[np.generic] = super().predict(X)
            return labels
        votes = np.rint(self.decision_function(X))  # whole numbers, and less than half for the rest
        winners: NDArray[np.generic] = self.classes_[votes.argmax(axis=1)]
        return winners

    def decision_function(self, X: ArrayLike) -> Floats:
        """As the original's: the votes of all pairs, and their confidence as a fraction of a vote.

        Rows are taken some at a time, so that memory does not grow with rows times pairs.
        """
        if not self._has_votes():
            decisions: Floats = super().decision_function(X)
            return decisions
        rows = np.asarray(X, np.float64)
        parts = in_parts(len(rows))
        return np.concatenate([self._votes(self._decision_function(rows[part])) for part in parts])

    def _has_votes(self) -> bool:
        """Whether more than two classes are voted on, one vote a pair."""
        return len(self.classes_) > 2 and self.decision_function_shape == "ovr"

    def _votes(self, of_pairs: Floats) -> Floats:
        """float64 (rows, classes), after scikit-learn's ``_ovr_decision_function``."""
        first, second = np.triu_indices(len(self.classes_), 1)
        is_of = np.eye(len(self.classes_))
        is_won = of_pairs > 0
        votes = is_won @ is_of[first] + ~is_won @ is_of[second]
        confidence = of_pairs @ (is_of[first] - is_of[second])
        total: Floats = votes + confidence / (3 * (np.abs(confidence) + 1))
        return total


def _variance(X: Floats, *, counts: Floats) -> float:
    mean = np.average(X.mean(axis=1), weights=counts)
    return float(np.average(((X - mean) ** 2).mean(axis=1), weights=counts))


def class_means(X: Floats, codes: Integers, *, counts: Floats) -> Floats:
    """float64 (classes, features): the mean of each class over flows.

    It is summed from one row of the class, so that what is the same in all has just that mean.
    """
    classes, first = np.unique(codes, return_index=True)
    shift = X[first]
    total = np.zeros(shift.shape)
    for part in in_parts(len(codes)):
        rows = codes[part]
        shape = (len(classes), len(rows))
        member = csr_array((counts[part], (rows, np.arange(len(rows)))), shape=shape)
        total += member @ (X[part] - shift[rows])
    means: Floats = shift + total / np.bincount(codes, counts)[:, np.newaxis]
    return means


def squares_within(X: Floats, codes: Integers, means: Floats, *, counts: Floats) -> Floats:
    """float64 (features,): squared distances from the means of the classes, summed over flows."""
    squares = np.zeros(X.shape[1])
    for part in in_parts(len(codes)):
        squares += counts[part] @ (X[part] - means[codes[part]]) ** 2
    return squares


def in_parts(rows: int) -> Iterator[slice]:
    """Some rows at a time: what is made of them in passing does not grow with all of them."""
    return (slice(at, at + ROWS_AT_ONCE) for at in range(0, rows, ROWS_AT_ONCE))
