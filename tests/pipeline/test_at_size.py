"""A million rows: what is counted in parts is what scikit-learn says of the rows themselves."""

from __future__ import annotations

from functools import reduce

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics as reference
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier

from pipeline.flows import CountedFlows
from pipeline.judged import judge
from pipeline.metrics import METRICS, confusion_matrix
from pipeline.moments import class_moments, merge_moments
from pipeline.predict import predict
from pipeline.row_folds import stratified_folds
from pipeline.select import select
from pipeline.split import mark_test_rows
from pipeline.value_metrics import value_scores
from pipeline.weighted import CountedGaussianNB

ROWS = 1_000_003
CLASSES = 34
FEATURES = ("flag", "protocol", "mean", "spread")
PART_ROWS = (1, 399_999, 0, 77, 250_000, 349_926)
CUTS = np.cumsum(PART_ROWS)[:-1]


@pytest.fixture(scope="module")
def rows():
    """Flags, a protocol and rounded averages, of classes from a fifth of the rows to a few."""
    chance = np.random.default_rng(8)
    shares = 0.8 ** np.arange(CLASSES)
    y = chance.choice(CLASSES, ROWS, p=shares / shares.sum())
    X = np.column_stack(
        [
            chance.random(ROWS) < 0.1 + 0.02 * (y % 7),
            chance.choice([1.0, 6.0, 17.0], ROWS) + 10 * (y % 3 == 0),
            np.round(chance.normal(size=ROWS) + y % 5),
            np.round(chance.normal(4, 2, ROWS) * (1 + y % 2)),
        ]
    )
    return X.astype(np.float64), y


@pytest.fixture(scope="module")
def flows(rows):
    X, y = rows
    counted = pd.DataFrame(X, columns=FEATURES).assign(y=y).groupby([*FEATURES, "y"]).size()
    table = counted.index.to_frame().to_numpy(np.float64)
    return CountedFlows(
        features=FEATURES,
        labels=tuple(f"class {code:02}" for code in range(CLASSES)),
        X=np.ascontiguousarray(table[:, :-1]),
        y=table[:, -1].astype(np.int64),
        counts=counted.to_numpy(np.int64),
    )


def test_features_are_chosen_as_on_all_rows_at_once(rows, flows):
    X, y = rows
    parts = zip(np.split(X, CUTS), np.split(y, CUTS), strict=True)
    moments = reduce(merge_moments, [class_moments(x, codes, CLASSES) for x, codes in parts])
    found = select(moments, features=flows.features, k=2)
    theirs = SelectKBest(f_classif, k=2).fit(X, y)
    np.testing.assert_allclose(found.F, theirs.scores_, rtol=1e-9)
    assert found.selected == tuple(np.array(flows.features)[theirs.get_support()])


def test_the_test_rows_are_those_of_train_test_split():
    masks = mark_test_rows("random", PART_ROWS, test_size=0.2, seed=42)
    _, test = train_test_split(np.arange(ROWS), test_size=0.2, random_state=42)
    assert np.array_equal(np.flatnonzero(np.concatenate(masks)), np.sort(test))


def test_every_row_lies_in_the_fold_of_stratified_k_fold(rows):
    _, y = rows
    found = stratified_folds(y.astype(np.uint8), folds=5, seed=3)
    splitter = StratifiedKFold(5, shuffle=True, random_state=3)
    for fold, (_, held_out) in enumerate(splitter.split(y, y)):
        assert np.array_equal(np.flatnonzero(found == fold), held_out)


def test_a_tree_and_naive_bayes_are_those_of_the_rows(rows, flows):
    counted = {"sample_weight": flows.counts}
    tree = DecisionTreeClassifier(random_state=0).fit(flows.X, flows.y, **counted)
    bayes = CountedGaussianNB().fit(flows.X, flows.y, **counted)
    of_rows = DecisionTreeClassifier(random_state=0).fit(*rows)
    assert np.array_equal(tree.predict_proba(flows.X), of_rows.predict_proba(flows.X))
    expected = GaussianNB().fit(*rows).predict_proba(flows.X)
    np.testing.assert_allclose(bayes.predict_proba(flows.X), expected, rtol=1e-6, atol=1e-12)


def test_scores_are_those_of_the_rows(flows):
    bayes = CountedGaussianNB().fit(flows.X, flows.y, sample_weight=flows.counts)
    said = predict(bayes, flows.X, classes=CLASSES)
    truth, guess = np.repeat(flows.y, flows.counts), np.repeat(said.codes, flows.counts)
    confusion = confusion_matrix(flows.y, said.codes, counts=flows.counts, classes=CLASSES)
    found = {name: float(metric.score(confusion * 1.0)) for name, metric in METRICS.items()}
    f1 = reference.f1_score(truth, guess, average="macro", zero_division=0)
    assert found["accuracy"] == pytest.approx(reference.accuracy_score(truth, guess), rel=1e-12)
    assert found["f1_macro"] == pytest.approx(f1, rel=1e-12)
    assert found["mcc"] == pytest.approx(reference.matthews_corrcoef(truth, guess), rel=1e-9)
    suspicion = np.repeat(-said.values[:, 0], flows.counts)
    false_alarms, hits, _ = reference.roc_curve(truth > 0, suspicion, drop_intermediate=False)
    detected = value_scores(judge(flows, said, benign=flows.labels[:1]))["detection_at_1_in_100"]
    assert detected.value == pytest.approx(hits[false_alarms <= 0.01].max(), rel=1e-12)
