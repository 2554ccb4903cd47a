from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import StackingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import PredefinedSplit, cross_val_predict
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from pipeline.flows import CountedFlows
from pipeline.folds import fold_counts
from pipeline.predict import predict
from pipeline.stack import fit_meta_model, meta_features
from pipeline.weighted import CountedGaussianNB, CountedSVC

FOLDS = 3
LOGISTIC = LogisticRegression(tol=1e-10, max_iter=5000)
MEMBERS = {
    "tree": DecisionTreeClassifier(max_depth=3, random_state=0),
    "logistic": LOGISTIC,
    "svc": SVC(tol=1e-9),
}
ON_COUNTS = MEMBERS | {"svc": CountedSVC(tol=1e-9), "bayes": CountedGaussianNB()}


class KeepsItsRows(ClassifierMixin, BaseEstimator):
    """A final estimator that keeps the meta-features it was given."""

    def fit(self, X, y):
        self.X_, self.classes_ = X, np.unique(y)
        return self


def counted(*, classes, rows=24, seed=0):
    chance = np.random.default_rng(seed)
    y = np.arange(rows) % classes
    return CountedFlows(
        features=("a", "b"),
        labels=tuple("xyz"[:classes]),
        X=chance.normal(size=(rows, 2)) + 0.8 * y[:, np.newaxis],
        y=y,
        counts=chance.integers(1, 9, rows),
    )


def expanded(flows, dealt):
    """Every flow as a row: features, code and the fold it lies in."""
    distinct, fold = np.indices(dealt.shape).reshape(2, -1)
    distinct, fold = (np.repeat(of_cell, dealt.ravel()) for of_cell in (distinct, fold))
    return flows.X[distinct], flows.y[distinct], fold


def out_of_fold(flows, dealt, names):
    """Our meta-features of the expanded rows, from fits and predictions on counts alone."""
    cells = np.empty((*dealt.shape, meta_columns(flows, names)))
    for fold in range(FOLDS):
        train = flows.counts - dealt[:, fold]
        cells[:, fold] = meta_features([fitted(flows, train, name) for name in names])
    return np.repeat(cells.reshape(dealt.size, -1), dealt.ravel(), axis=0)


def fitted(flows, counts, name):
    rows = counts > 0
    model = ON_COUNTS[name].fit(flows.X[rows], flows.y[rows], sample_weight=counts[rows])
    return predict(model, flows.X, classes=len(flows.labels))


def meta_columns(flows, names):
    return (1 if len(flows.labels) == 2 else len(flows.labels)) * len(names)


def stacking(fold, final_estimator, names=tuple(MEMBERS)):
    members = [(name, MEMBERS[name]) for name in names]
    return StackingClassifier(members, final_estimator, cv=PredefinedSplit(fold))


@pytest.mark.parametrize("classes", [2, 3])
def test_meta_features_equal_those_of_stacking_classifier_on_expanded_rows(classes):
    flows = counted(classes=classes)
    dealt = fold_counts(flows, folds=FOLDS, seed=1)
    X, y, fold = expanded(flows, dealt)
    theirs = stacking(fold, KeepsItsRows()).fit(X, y).final_estimator_.X_
    ours = out_of_fold(flows, dealt, MEMBERS)
    assert ours.shape == theirs.shape == (flows.rows, meta_columns(flows, MEMBERS))
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


@given(seed=st.integers(0, 2**32 - 1), classes=st.integers(2, 3))
@settings(max_examples=15, deadline=None)
def test_meta_features_equal_cross_val_predict_on_expanded_rows(seed, classes):
    flows = counted(classes=classes, seed=seed)
    dealt = fold_counts(flows, folds=FOLDS, seed=seed)
    X, y, fold = expanded(flows, dealt)
    theirs = [
        cross_val_predict(model, X, y, cv=PredefinedSplit(fold), method="predict_proba")
        for model in (MEMBERS["tree"], GaussianNB())
    ]
    # Of two classes one column says all.
    wanted = [values[:, 1:] if classes == 2 else values for values in theirs]
    ours = out_of_fold(flows, dealt, ("tree", "bayes"))
    np.testing.assert_allclose(ours, np.hstack(wanted), atol=1e-9)


@pytest.mark.parametrize("classes", [2, 3])
def test_the_ensemble_predicts_as_stacking_classifier_on_expanded_rows(classes):
    flows = counted(classes=classes)
    dealt = fold_counts(flows, folds=FOLDS, seed=2)
    X, y, fold = expanded(flows, dealt)
    theirs = stacking(fold, None).fit(X, y)
    meta = out_of_fold(flows, dealt, MEMBERS)
    ours = fit_meta_model(meta, y, counts=np.ones(len(y), np.int64))
    of_flows = meta_features([fitted(flows, flows.counts, name) for name in MEMBERS])
    np.testing.assert_allclose(
        ours.predict_proba(of_flows), theirs.predict_proba(flows.X), atol=1e-4
    )
    assert ours.predict(of_flows).tolist() == theirs.predict(flows.X).tolist()


def test_the_meta_model_is_the_same_on_counts_and_on_rows():
    flows = counted(classes=3)
    on_counts = fit_meta_model(flows.X, flows.y, counts=flows.counts)
    rows = np.repeat(np.arange(flows.distinct_rows), flows.counts)
    on_rows = LogisticRegression().fit(flows.X[rows], flows.y[rows])
    np.testing.assert_allclose(on_counts.coef_, on_rows.coef_, rtol=1e-6)
    assert on_counts.get_params() == on_rows.get_params()


def test_meta_features_of_a_class_absent_from_a_fold_equal_cross_val_predict():
    flows = counted(classes=3)
    dealt = fold_counts(flows, folds=FOLDS, seed=1)
    dealt[flows.y == 2] = np.outer(flows.counts[flows.y == 2], [0, 1, 0])
    X, y, fold = expanded(flows, dealt)
    names = ("tree", "logistic")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Number of classes in training fold", RuntimeWarning)
        theirs = [
            cross_val_predict(MEMBERS[name], X, y, cv=PredefinedSplit(fold), method="predict_proba")
            for name in names
        ]
    ours = out_of_fold(flows, dealt, names)
    assert (ours[fold == 1][:, [2, 5]] == 0).all()
    np.testing.assert_allclose(ours, np.hstack(theirs), atol=1e-5)
