"""What a fitted model says of distinct flows: codes, and values for every class."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from pipeline.errors import ModelError
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

    def take(self, rows: Integers) -> Predictions:
        """What is said of these rows, in the order given."""
        return Predictions(codes=self.codes[rows], method=self.method, values=self.values[rows])


def predict(
    model: Any,  # noqa: ANN401 - an estimator
    X: Floats,
    *,
    classes: int,
    codes: Integers | None = None,
) -> Predictions:
    """Codes (unless already known) and values of ``model``, fitted on codes below ``classes``.

    Raises
    ------
    ModelError
        The model does not answer with one class for each row, as NumPy would let pass unsaid.
    """
    method = next(name for name in METHODS if hasattr(model, name))
    codes = _checked_codes(model.predict(X) if codes is None else codes, len(X), classes)
    values = np.asarray(codes if method == "predict" else getattr(model, method)(X), np.float64)
    known = np.asarray(model.classes_, np.int64)
    _check_values(values, method, rows=len(X), classes=len(known))
    return Predictions(codes=codes, method=method, values=_widen(values, known, method, classes))


@contextmanager
def remembering(model: Any) -> Iterator[None]:  # noqa: ANN401 - an estimator
    """Within the block, the model computes its values for a table once, however often it is asked.

    Most classifiers predict the class of the largest value, so that asking for classes and then for
    values would do the same work twice.

    >>> from sklearn.tree import DecisionTreeClassifier
    >>> tree = DecisionTreeClassifier().fit([[0.0], [1.0]], [0, 1])
    >>> X = np.array([[0.2], [0.7]], np.float32)
    >>> with remembering(tree):
    ...     tree.predict_proba(X).tolist() == tree.predict_proba(X).tolist()
    True
    """
    of_values = [name for name in METHODS if name != "predict" and hasattr(model, name)]
    found = {name: _remembered(getattr(model, name)) for name in of_values}
    vars(model).update(found)
    try:
        yield
    finally:
        for name in found:
            del vars(model)[name]


def _remembered(compute: Callable[[Floats], Floats]) -> Callable[[Floats], Floats]:
    """The function, with its last answer kept; callers may write into what they are given."""
    last: list[tuple[Floats, Floats]] = []

    def answer(X: Floats) -> Floats:
        if not last or last[0][0] is not X:
            last[:] = [(X, compute(X))]
        return last[0][1].copy()

    return answer


def _checked_codes(answer: Any, rows: int, classes: int) -> Integers:  # noqa: ANN401
    answer = np.asarray(answer)
    if answer.shape != (rows,):
        raise ModelError(f"predict gave an array of shape {answer.shape}, where ({rows},) is right")
    codes: Integers = answer.astype(np.int64)
    if not np.array_equal(codes, answer) or not ((codes >= 0) & (codes < classes)).all():
        raise ModelError(f"predict gave something else than the classes 0 to {classes - 1}")
    return codes


def _check_values(values: Floats, method: Method, *, rows: int, classes: int) -> None:
    known = {(rows, classes)} if classes > 2 or method == "predict_proba" else {(rows, 2), (rows,)}
    if method != "predict" and values.shape not in known:
        right = " or ".join(map(str, sorted(known)))
        raise ModelError(f"{method} gave an array of shape {values.shape}, where {right} is right")


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
