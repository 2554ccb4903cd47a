"""What a fitted model says of distinct flows: codes, and values for every class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from pipeline.flows import Floats, Integers

Method = Literal["predict_proba", "decision_function", "predict"]
METHODS: Final[tuple[Method, ...]] = ("predict_proba", "decision_function", "predict")


@dataclass(frozen=True, kw_only=True, eq=False)
class Predictions:
    """Predicted codes, (rows,), and values, (rows, columns), of the first method a model has.

    ``predict_proba`` and ``decision_function`` give a column for every class, also for one that was
    absent from training; two-class decisions give one column, as in scikit-learn.
    """

    codes: Integers
    method: Method
    values: Floats


def predict(
    model: Any,  # noqa: ANN401 - an estimator
    X: Floats,
    *,
    classes: int,
    codes: Integers | None = None,
) -> Predictions:
    """Codes (unless already known) and values of ``model``, fitted on codes below ``classes``."""
    method = next(name for name in METHODS if hasattr(model, name))
    codes = model.predict(X) if codes is None else codes
    values = codes if method == "predict" else getattr(model, method)(X)
    known = np.asarray(model.classes_, np.int64)
    return Predictions(
        codes=np.asarray(codes, np.int64),
        method=method,
        values=_widen(np.asarray(values, np.float64), known, method, classes),
    )


def _widen(values: Floats, known: Integers, method: Method, classes: int) -> Floats:
    """Give absent classes probability 0, or the row's smallest decision.

    scikit-learn's ``cross_val_predict`` fills decisions with the smallest float instead; a logistic
    regression on such values stops before its first step, with all coefficients zero.
    """
    if values.ndim == 1:
        values = values[:, None]
    if method == "predict" or len(known) == classes:
        return values
    if method == "decision_function" and values.shape[1] == 1:  # between two of more classes
        values = np.hstack([-values, values])
    absent = 0.0 if method == "predict_proba" else values.min(axis=1, keepdims=True)
    wide = np.broadcast_to(absent, (len(values), classes)).copy()
    wide[:, known] = values
    return wide
