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


def member_shares(model: LogisticRegression, members: Sequence[Predictions]) -> list[float]:
    """How much of the meta-model's weight each member has: its share of the absolute coefficients.

    Members' values have different scales (a decision may exceed 1, a probability cannot), so the
    shares tell what the meta-model leans on, not who is right.
    """
    widths = [_informative(member).shape[1] for member in members]
    weight = np.abs(model.coef_).sum(axis=0)
    of_member = [part.sum() for part in np.split(weight, np.cumsum(widths)[:-1])]
    total = max(weight.sum(), np.finfo(np.float64).tiny)
    return [float(part / total) for part in of_member]


def _informative(member: Predictions) -> Floats:
    if member.method == "predict_proba" and member.values.shape[1] == 2:
        return member.values[:, 1:]
    return member.values
