"""Stacking from out-of-fold predictions: scikit-learn's ``StackingClassifier`` without refits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from pipeline.flows import Floats, Integers
from pipeline.predict import Predictions


def meta_features(members: Sequence[Predictions]) -> Floats:
    """float64 (rows, columns): the members' values side by side.

    Of two probability columns only the second is kept, since they sum to one
    (``StackingClassifier._concatenate_predictions``).
    """
    return np.hstack([_informative(member) for member in members])


def fit_meta_model(X: Floats, y: Integers, *, counts: Integers) -> LogisticRegression:
    """The logistic regression that ``StackingClassifier`` puts on top by default, on counts."""
    return LogisticRegression().fit(X, y, sample_weight=counts)


def _informative(member: Predictions) -> Floats:
    if member.method == "predict_proba" and member.values.shape[1] == 2:
        return member.values[:, 1:]
    return member.values
