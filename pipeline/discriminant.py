"""Linear and quadratic discriminant analysis whose means and covariances are taken over flows."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.discriminant_analysis import (
    LinearDiscriminantAnalysis,
    QuadraticDiscriminantAnalysis,
)
from sklearn.preprocessing import StandardScaler
from sklearn.utils.validation import validate_data

from pipeline.flows import Floats
from pipeline.weighted import class_means, in_parts, squares_within


class CountedLDA(LinearDiscriminantAnalysis):  # type: ignore[misc]
    """Linear discriminant analysis by singular values, on counted rows.

    The original takes no weights; here the shares, means and the pooled covariance are those of
    the expanded rows. Singular values are those of the rows' triangular factor, which is made some
    rows at a time: the original has six copies of all rows at once.
    """

    def __init__(self, *, tol: float = 1e-4) -> None:
        super().__init__(tol=tol)

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit; a row counts ``sample_weight`` times."""
        counts = np.ones(len(np.asarray(y))) if sample_weight is None else sample_weight
        self._counts: Floats = np.asarray(counts, np.float64)
        super().fit(X, y)
        del self._counts
        return self

    def _solve_svd(self, X: Floats, y: ArrayLike) -> None:
        """The original's steps, with its sums and shares over flows."""
        counts, flows = self._counts, self._counts.sum()
        codes = np.searchsorted(self.classes_, y)
        self.priors_ = np.bincount(codes, counts) / flows
        self.means_ = class_means(X, codes, counts=counts)
        self.xbar_ = self.priors_ @ self.means_
        spread = np.sqrt(squares_within(X, codes, self.means_, counts=counts) / flows)
        spread[spread == 0] = 1.0
        triangle: Floats = np.empty((0, X.shape[1]))
        for part in in_parts(len(X)):
            within = (X[part] - self.means_[codes[part]]) / spread
            weighted = np.sqrt(counts[part] / flows)[:, np.newaxis] * within
            triangle = np.asarray(np.linalg.qr(np.vstack([triangle, weighted]), mode="r"))
        _, values, axes = np.linalg.svd(triangle, full_matrices=False)
        rank = int((values > self.tol).sum())
        self._project(flows, scalings=(axes[:rank] / spread).T / values[:rank])

    def _project(self, flows: float, *, scalings: Floats) -> None:
        """From the whitened space to that of the class means, as the original does."""
        centred = self.means_ - self.xbar_
        share = np.sqrt(flows * self.priors_ / max(len(self.classes_) - 1, 1))
        _, values, axes = np.linalg.svd((share * centred.T).T @ scalings, full_matrices=False)
        rank = int((values > self.tol * values[0]).sum())
        self.scalings_ = scalings @ axes.T[:, :rank]
        coef = centred @ self.scalings_
        self.intercept_ = -0.5 * (coef**2).sum(axis=1) + np.log(self.priors_)
        self.coef_ = coef @ self.scalings_.T
        self.intercept_ -= self.xbar_ @ self.coef_.T


class CountedQDA(QuadraticDiscriminantAnalysis):  # type: ignore[misc]
    """Quadratic discriminant analysis on standardised columns and counted rows.

    The same as ``make_pipeline(StandardScaler(), QuadraticDiscriminantAnalysis(reg_param=…))`` on
    expanded rows. A flag that never changes within a class leaves its covariance without full
    rank, so ``reg_param`` is not zero by default, as it is in the original.
    """

    def __init__(self, *, reg_param: float = 1e-3) -> None:
        super().__init__(reg_param=reg_param)

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit; a row counts ``sample_weight`` times."""
        rows, labels = validate_data(self, X, y, dtype=np.float64)
        counts = np.ones(len(rows)) if sample_weight is None else np.asarray(sample_weight, float)
        self.classes_, codes = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError("the number of classes has to be greater than one; got 1 class")
        self.scaler_ = StandardScaler().fit(rows, sample_weight=counts)
        scaled = self.scaler_.transform(rows)
        self.priors_ = np.bincount(codes, counts) / counts.sum()
        self.means_ = class_means(scaled, codes, counts=counts)
        of_classes = [
            self._axes(scaled[codes == code] - mean, counts[codes == code])
            for code, mean in enumerate(self.means_)
        ]
        self.scalings_, self.rotations_ = map(list, zip(*of_classes, strict=True))
        return self

    def _axes(self, centred: Floats, counts: Floats) -> tuple[Floats, Floats]:
        """The variances of one class along its axes, regularised, and the axes."""
        covariance = (counts * centred.T) @ centred / counts.sum()
        variances, axes = np.linalg.eigh(covariance)
        return (1 - self.reg_param) * np.maximum(variances, 0.0) + self.reg_param, axes

    def _decision_function(self, X: ArrayLike) -> Floats:
        scores: Floats = super()._decision_function(self.scaler_.transform(X))
        return scores
