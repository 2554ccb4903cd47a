"""All 34 labels and all features: floods are easy, rare attacks in ordinary traffic are hard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from pipeline.synthetic.finding import Finding, near
from pipeline.synthetic.published import load_study
from pipeline.synthetic.survey import Rows

FEWEST_ROWS: Final = 100_000
LABELS: Final = 34
_TRAIN_SHARE: Final = 0.78  # of the rows, as of the published files
_LINEAR_ROWS: Final = 60_000
_ACCURACY_WITHIN: Final = {"random_forest": 0.01, "logistic_regression": 0.03}
_F1_WITHIN: Final = 0.08  # rare labels have few rows to learn from in a small draw


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


def _scores(
    name: str,
    model: Any,  # noqa: ANN401 - an estimator
    train: Rows,
    test: Rows,
) -> Iterator[Finding]:
    truth = test.label.astype(str)
    said = model.fit(train.X, train.label.astype(str)).predict(test.X)
    accuracy, macro_f1 = load_study().all_labels[name]
    yield near(
        f"34 labels: accuracy of {name}",
        expected=accuracy,
        measured=accuracy_score(truth, said),
        within=_ACCURACY_WITHIN[name],
    )
    yield near(
        f"34 labels: macro F1 of {name}",
        expected=macro_f1,
        measured=f1_score(truth, said, average="macro", zero_division=0.0),
        within=_F1_WITHIN,
    )
