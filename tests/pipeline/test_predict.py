from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn.ensemble import VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import PredefinedSplit, cross_val_predict
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from pipeline.predict import predict


def rows(*classes, seed=0):
    chance = np.random.default_rng(seed)
    y = np.repeat(np.array(classes, np.int64), 8)
    return chance.normal(size=(len(y), 2)) + y[:, np.newaxis], y


@pytest.mark.parametrize("model", [DecisionTreeClassifier(max_depth=2), LogisticRegression()])
def test_a_class_absent_from_training_has_probability_zero(model):
    X, y = rows(1, 3)
    found = predict(model.fit(X, y), X, classes=4)
    assert found.method == "predict_proba"
    assert found.values[:, [0, 2]].tolist() == [[0.0, 0.0]] * len(X)
    assert found.values[:, [1, 3]].tolist() == model.predict_proba(X).tolist()
    assert found.codes.tolist() == model.predict(X).tolist()


def test_the_only_class_of_training_has_probability_one():
    X, y = rows(1)
    found = predict(DecisionTreeClassifier().fit(X, y), X, classes=2)
    assert found.values.tolist() == [[0.0, 1.0]] * len(X)
    assert found.codes.tolist() == [1] * len(X)


def test_a_class_absent_from_training_has_the_smallest_decision_of_the_row():
    X, y = rows(0, 1, 3)
    model = SVC().fit(X, y)
    found = predict(model, X, classes=4)
    assert found.method == "decision_function"
    assert found.values[:, 2].tolist() == model.decision_function(X).min(axis=1).tolist()
    assert found.values[:, [0, 1, 3]].tolist() == model.decision_function(X).tolist()


def test_a_decision_between_two_of_more_classes_becomes_one_for_each():
    X, y = rows(0, 2)
    model = SVC().fit(X, y)
    found = predict(model, X, classes=3)
    decision = model.decision_function(X)
    assert found.values.tolist() == np.column_stack([-decision, -abs(decision), decision]).tolist()
    assert found.values.argmax(axis=1).tolist() == model.predict(X).tolist()


def test_a_decision_between_the_two_classes_is_one_column():
    X, y = rows(0, 1)
    model = SVC().fit(X, y)
    found = predict(model, X, classes=2)
    assert found.values.tolist() == model.decision_function(X)[:, np.newaxis].tolist()


@pytest.mark.parametrize("model", [DecisionTreeClassifier(max_depth=2, random_state=0), SVC()])
def test_known_classes_have_the_values_of_cross_val_predict_and_absent_ones_none_larger(model):
    X, y = rows(0, 1, 2, 3)
    fold = np.where(y == 2, 0, np.arange(len(y)) % 2)  # the first fold's model never sees class 2
    method = "predict_proba" if hasattr(model, "predict_proba") else "decision_function"
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Number of classes in training fold", RuntimeWarning)
        expected = cross_val_predict(model, X, y, cv=PredefinedSplit(fold), method=method)
    for held_out in (0, 1):
        fitted = model.fit(X[fold != held_out], y[fold != held_out])
        found = predict(fitted, X[fold == held_out], classes=4)
        filled = expected[fold == held_out].clip(min=found.values.min(axis=1, keepdims=True))
        assert found.values.tolist() == filled.tolist()


def test_a_model_without_scores_gives_its_codes_as_one_column():
    X, y = rows(0, 2)
    model = VotingClassifier([("tree", DecisionTreeClassifier(max_depth=1))]).fit(X, y)
    found = predict(model, X, classes=3)
    assert found.method == "predict"
    assert found.codes.tolist() == y.tolist()
    assert found.values.tolist() == [[float(code)] for code in y]


def test_codes_that_are_known_are_not_predicted_again():
    X, y = rows(0, 1)
    known = np.full(len(X), 7)
    found = predict(DecisionTreeClassifier().fit(X, y), X, classes=2, codes=known)
    assert found.codes.tolist() == known.tolist()
    assert found.values.argmax(axis=1).tolist() == y.tolist()
