"""Classifiers that need columns of one scale: the scale, too, is taken over flows."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.naive_bayes import ComplementNB
from sklearn.neighbors import NearestCentroid
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import LinearSVC
from sklearn.utils.validation import validate_data

from pipeline.flows import Floats
from pipeline.weighted import class_means, squares_within


class CountedLinearSVC(LinearSVC):  # type: ignore[misc]
    """A linear support vector machine on standardised columns.

    The same as ``make_pipeline(StandardScaler(), LinearSVC(dual=False))`` on expanded rows: the
    mean and the variance of a column are taken over flows, and a count multiplies the penalty
    ``C`` of its row.
    """

    def __init__(
        self,
        *,
        C: float = 1.0,
        tol: float = 1e-4,
        max_iter: int = 1000,
        random_state: int | RandomState | None = None,
    ) -> None:
        super().__init__(C=C, tol=tol, max_iter=max_iter, dual=False, random_state=random_state)

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit; a row counts ``sample_weight`` times."""
        self.scaler_ = StandardScaler().fit(X, sample_weight=sample_weight)
        super().fit(self.scaler_.transform(X), y, sample_weight=sample_weight)
        return self

    def decision_function(self, X: ArrayLike) -> Floats:
        """The distance from each class's plane."""
        decisions: Floats = super().decision_function(self.scaler_.transform(X))
        return decisions


class CountedNearestCentroid(NearestCentroid):  # type: ignore[misc]
    """The class whose mean is nearest, on standardised columns.

    The same as ``make_pipeline(StandardScaler(), NearestCentroid())`` on expanded rows: all means
    and variances are taken over flows.
    """

    def __init__(self) -> None:
        super().__init__()

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit; a row counts ``sample_weight`` times."""
        rows, labels = validate_data(self, X, y, dtype=np.float64)
        counts = np.ones(len(rows)) if sample_weight is None else np.asarray(sample_weight, float)
        self.classes_, codes = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError("the number of classes has to be greater than one; got 1 class")
        self.scaler_ = StandardScaler().fit(rows, sample_weight=counts)
        scaled = self.scaler_.transform(rows)
        self.class_prior_ = np.full(len(self.classes_), 1 / len(self.classes_))
        self.centroids_ = class_means(scaled, codes, counts=counts)
        squares = squares_within(scaled, codes, self.centroids_, counts=counts)
        self.within_class_std_dev_ = np.sqrt(squares / (counts.sum() - len(self.classes_)))
        return self

    def predict(self, X: ArrayLike) -> NDArray[np.generic]:
        """The nearest class."""
        labels: NDArray[np.generic] = super().predict(self.scaler_.transform(X))
        return labels

    def _decision_function(self, X: ArrayLike) -> Floats:
        scores: Floats = super()._decision_function(self.scaler_.transform(X))
        return scores


class CountedComplementNB(ComplementNB):  # type: ignore[misc]
    """Complement naive Bayes on columns scaled to lie between 0 and 1, as it takes none below 0.

    The same as ``make_pipeline(MinMaxScaler(clip=True), ComplementNB())`` on expanded rows.
    """

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit; a row counts ``sample_weight`` times."""
        self.scaler_ = MinMaxScaler(clip=True).fit(X)  # the ends are the same whatever the counts
        super().fit(self.scaler_.transform(X), y, sample_weight=sample_weight)
        return self

    def _joint_log_likelihood(self, X: ArrayLike) -> Floats:
        scores: Floats = super()._joint_log_likelihood(self.scaler_.transform(X))
        return scores
