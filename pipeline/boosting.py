"""XGBoost and LightGBM on counts: imported when first fitted, kept as plain bytes and text."""

from __future__ import annotations

from functools import lru_cache
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted, validate_data

from pipeline.flows import Floats, Integers

_POSITIVE = Interval(Integral, 1, None, closed="left")
_RATE = Interval(Real, 0, None, closed="neither")
_NOT_NEGATIVE = Interval(Real, 0, None, closed="left")


class _CountedBooster(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """What both libraries share: classes as codes, and probabilities to classes."""

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit; a row counts ``sample_weight`` times."""
        rows, labels = validate_data(self, X, y, dtype=np.float64)
        counts = np.ones(len(rows)) if sample_weight is None else np.asarray(sample_weight, float)
        self.classes_, codes = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError("boosting needs at least two classes; got 1 class")
        self.model_ = self._boost(rows, codes, counts)
        return self

    def predict(self, X: ArrayLike) -> NDArray[np.generic]:
        """The most probable class."""
        labels: NDArray[np.generic] = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return labels

    def predict_proba(self, X: ArrayLike) -> Floats:
        """The probability of each class, shape (rows, classes)."""
        check_is_fitted(self)
        found = self._probabilities(validate_data(self, X, dtype=np.float64, reset=False))
        return np.column_stack([1 - found, found]) if found.ndim == 1 else found

    def _boost(self, X: Floats, codes: Integers, counts: Floats) -> bytes | str:
        raise NotImplementedError

    def _probabilities(self, X: Floats) -> Floats:
        raise NotImplementedError


class CountedXGBoost(_CountedBooster):
    """XGBoost's histogram trees; ``n_jobs`` are its threads.

    Gradients and child weights are sums over flows. A column of more than 256 values is cut by a
    sketch of its weighted quantiles, which need not fall where they fall on expanded rows.
    """

    _parameter_constraints: ClassVar = {
        "n_estimators": [_POSITIVE],
        "learning_rate": [_RATE],
        "max_depth": [_POSITIVE],
        "min_child_weight": [_NOT_NEGATIVE],
        "reg_lambda": [_NOT_NEGATIVE],
        "n_jobs": [_POSITIVE],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        *,
        n_estimators: int = 100,
        learning_rate: float = 0.3,
        max_depth: int = 6,
        min_child_weight: float = 1.0,
        reg_lambda: float = 1.0,
        n_jobs: int = 1,
        random_state: int | None = None,
    ) -> None:
        self.n_estimators = n_estimators
        self.learning_rate = learning_rate
        self.max_depth = max_depth
        self.min_child_weight = min_child_weight
        self.reg_lambda = reg_lambda
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _boost(self, X: Floats, codes: Integers, counts: Floats) -> bytes:
        import xgboost  # here since most cases never need it

        classes = len(self.classes_)
        several = {"objective": "multi:softprob", "num_class": classes}
        settings = {
            **(several if classes > 2 else {"objective": "binary:logistic"}),
            "tree_method": "hist",
            "eta": self.learning_rate,
            "max_depth": self.max_depth,
            "min_child_weight": self.min_child_weight,
            "lambda": self.reg_lambda,
            "nthread": self.n_jobs,
            "seed": self.random_state or 0,
        }
        data = xgboost.QuantileDMatrix(X, label=codes, weight=counts, nthread=self.n_jobs)
        booster = xgboost.train(settings, data, num_boost_round=self.n_estimators)
        return bytes(booster.save_raw("ubj"))

    def _probabilities(self, X: Floats) -> Floats:
        found = _xgboost_model(self.model_, self.n_jobs).inplace_predict(X)
        return np.asarray(found, np.float64)


class CountedLightGBM(_CountedBooster):
    """LightGBM's leaf-wise trees, the same on any number of threads; ``n_jobs`` are its threads.

    Gradients and leaf weights are sums over flows; the least number of rows in a leaf is one, as
    it would be counted in distinct rows. So are the bins of a column of more than 255 values,
    which therefore need not be those of the expanded rows. Up to there the trees are those of the
    rows without ``reg_lambda``; with it a split falls elsewhere in a few tables of a hundred.
    """

    _parameter_constraints: ClassVar = {
        "n_estimators": [_POSITIVE],
        "learning_rate": [_RATE],
        "num_leaves": [Interval(Integral, 2, None, closed="left")],
        "min_child_weight": [_NOT_NEGATIVE],
        "reg_lambda": [_NOT_NEGATIVE],
        "n_jobs": [_POSITIVE],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        *,
        n_estimators: int = 100,
        learning_rate: float = 0.1,
        num_leaves: int = 31,
        min_child_weight: float = 1e-3,
        reg_lambda: float = 0.0,
        n_jobs: int = 1,
        random_state: int | None = None,
    ) -> None:
        self.n_estimators = n_estimators
        self.learning_rate = learning_rate
        self.num_leaves = num_leaves
        self.min_child_weight = min_child_weight
        self.reg_lambda = reg_lambda
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _boost(self, X: Floats, codes: Integers, counts: Floats) -> str:
        import lightgbm  # here since most cases never need it

        classes = len(self.classes_)
        several = {"objective": "multiclass", "num_class": classes}
        settings = {
            **(several if classes > 2 else {"objective": "binary"}),
            "learning_rate": self.learning_rate,
            "num_leaves": self.num_leaves,
            "min_sum_hessian_in_leaf": self.min_child_weight,
            "lambda_l2": self.reg_lambda,
            "num_threads": self.n_jobs,
            "seed": self.random_state or 0,
            **_LIGHTGBM_ON_COUNTS,
        }
        data = lightgbm.Dataset(X, label=codes, weight=counts, params=settings)
        booster = lightgbm.train(settings, data, num_boost_round=self.n_estimators)
        return str(booster.model_to_string())

    def _probabilities(self, X: Floats) -> Floats:
        found = _lightgbm_model(self.model_).predict(X, num_threads=self.n_jobs)
        return np.asarray(found, np.float64)


# A row is a distinct row here, so nothing may depend on how many rows there are.
_LIGHTGBM_ON_COUNTS = {
    "min_data_in_leaf": 0,
    "min_data_in_bin": 1,
    "feature_pre_filter": False,
    "enable_bundle": False,
    "deterministic": True,
    "force_row_wise": True,
    "verbosity": -1,
}


@lru_cache(maxsize=2)
def _xgboost_model(model: bytes, threads: int) -> Any:  # noqa: ANN401 - untyped library
    import xgboost

    booster = xgboost.Booster({"nthread": threads})
    booster.load_model(bytearray(model))
    return booster


@lru_cache(maxsize=2)
def _lightgbm_model(model: str) -> Any:  # noqa: ANN401 - untyped library
    import lightgbm

    return lightgbm.Booster(model_str=model)
