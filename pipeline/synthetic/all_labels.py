"""All 34 labels and all features: floods are easy, rare attacks in ordinary traffic are hard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from pipeline.synthetic.finding import Finding, near
from pipeline.synthetic.published import load_study
from pipeline.synthetic.survey import Rows

FEWEST_ROWS: Final = 40_000
LABELS: Final = 34
TRAIN_ROWS: Final = 36_346_418  # of the published files, the first 80 %
_TRAIN_SHARE: Final = 0.78  # which is so many of the rows
_LINEAR_ROWS: Final = 60_000
_ACCURACY_WITHIN: Final = {"random_forest": 0.01, "logistic_regression": 0.03}
_F1_WITHIN: Final = 0.04  # a part file has one to ten rows of each rare label to test on


def all_labels_findings(head: Rows, *, label_count: int) -> Iterator[Finding]:
    """Accuracy and macro F1 of two models on the first rows, beside the published ones."""
    if len(head.label) < FEWEST_ROWS or label_count < LABELS:
        yield Finding(
            check="models on all labels",
            expected=f"{LABELS} labels, {FEWEST_ROWS:,} rows",
            measured=f"{label_count} labels, {len(head.label):,} rows",
            holds=None,
        )
        return
    cut = int(len(head.label) * _TRAIN_SHARE)
    train, test = head.take(slice(0, cut)), head.take(slice(cut, None))
    forest = RandomForestClassifier(n_estimators=40, random_state=0)
    yield from _scores("random_forest", forest, train, test)
    linear = make_pipeline(StandardScaler(), LogisticRegression())
    yield from _scores("logistic_regression", linear, train.take(slice(0, _LINEAR_ROWS)), test)


def expected_macro_f1(name: str, *, train_rows: int) -> float:
    """What a model that learns from so many simulated rows reaches: rare labels take many.

    >>> rows = (31_200, 187_200, TRAIN_ROWS)
    >>> [round(expected_macro_f1("random_forest", train_rows=few), 2) for few in rows]
    [0.63, 0.67, 0.72]
    """
    rows, macro_f1 = zip(*load_study().learned[name], strict=True)
    return float(np.interp(np.log(train_rows), np.log(rows), macro_f1))


def _scores(
    name: str,
    model: Any,  # noqa: ANN401 - an estimator
    train: Rows,
    test: Rows,
) -> Iterator[Finding]:
    truth = test.label.astype(str)
    said = model.fit(train.X, train.label.astype(str)).predict(test.X)
    accuracy, _ = load_study().all_labels[name]
    yield near(
        f"34 labels: accuracy of {name}",
        expected=accuracy,
        measured=accuracy_score(truth, said),
        within=_ACCURACY_WITHIN[name],
    )
    labels = np.unique(train.label.astype(str))  # a rare one that has no row to test on counts too
    found = f1_score(truth, said, labels=labels, average="macro", zero_division=0.0)
    yield _macro_f1(name, float(found), train_rows=len(train.label))


def _macro_f1(name: str, found: float, *, train_rows: int) -> Finding:
    """What this draw gives, against what so few rows teach."""
    _, published = load_study().all_labels[name]
    full = expected_macro_f1(name, train_rows=TRAIN_ROWS)
    wanted = expected_macro_f1(name, train_rows=train_rows)
    return Finding(
        check=f"34 labels: macro F1 of {name}",
        expected=f"{published} published; {full:.2f} in full, {wanted:.2f} ± {_F1_WITHIN} so small",
        measured=f"{found:.4f}",
        holds=bool(abs(found - wanted) <= _F1_WITHIN),
    )
