from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import PredefinedSplit, cross_val_predict
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from pipeline.errors import ModelError
from pipeline.predict import predict, remembering
from pipeline.zoo import STUDY, find_model


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
    known = 1 - y
    found = predict(DecisionTreeClassifier().fit(X, y), X, classes=2, codes=known)
    assert found.codes.tolist() == known.tolist()
    assert found.values.argmax(axis=1).tolist() == y.tolist()


class Answers(DummyClassifier):
    """A model whose predictions are whatever it is told."""

    def answering(self, **answers):
        self.answers = answers
        return self

    def predict(self, X):
        return self.answers.get("predict", np.zeros(len(X), np.int64))

    def predict_proba(self, X):
        return self.answers.get("predict_proba", np.full((len(X), 2), 0.5))


@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        ({"predict": np.zeros((5, 1))}, r"shape \(5, 1\), where \(5,\) is right"),
        ({"predict": np.zeros(1)}, r"shape \(1,\), where \(5,\) is right"),
        ({"predict": np.zeros((5, 2))}, r"shape \(5, 2\)"),
        ({"predict": 0}, r"shape \(\)"),
        ({"predict": np.full(5, -1)}, "something else than the classes 0 to 1"),
        ({"predict": np.full(5, 2)}, "something else than the classes 0 to 1"),
        ({"predict": np.full(5, 0.5)}, "something else than the classes 0 to 1"),
        ({"predict_proba": np.zeros((5, 3))}, r"predict_proba gave .* where \(5, 2\) is right"),
        ({"predict_proba": np.zeros(5)}, r"predict_proba gave an array of shape \(5,\)"),
        ({"predict_proba": np.zeros((4, 2))}, r"predict_proba gave an array of shape \(4, 2\)"),
    ],
)
def test_a_model_that_does_not_answer_with_one_class_a_row_is_refused(answers, fault):
    X = np.zeros((5, 1))
    model = Answers().fit(X, np.array([0, 1, 0, 1, 0])).answering(**answers)
    with pytest.raises(ModelError, match=fault):
        predict(model, X, classes=2)


@pytest.mark.filterwarnings("ignore:not settled")
@pytest.mark.parametrize("name", STUDY)
@pytest.mark.parametrize("classes", [(0, 1), (0, 1, 2, 3)])
def test_a_model_that_remembers_says_the_same(name, classes):
    X, y = rows(*classes)
    params = {"max_iter": 3} if name == "neural_network" else {}
    model = find_model(name).build(0, params).fit(X, y, sample_weight=np.ones(len(y)))
    alone = predict(model, X, classes=4)
    with remembering(model):
        codes = model.predict(X)
        found = predict(model, X, codes=codes, classes=4)
    assert found.codes.tolist() == alone.codes.tolist()
    assert found.values.tolist() == alone.values.tolist()


@pytest.mark.parametrize("name", ["random_forest", "gradient_boosting", "ada_boost", "svc"])
def test_values_are_computed_once_for_classes_and_values(name, monkeypatch):
    X, y = rows(0, 1, 2)
    model = find_model(name).build(0).fit(X, y, sample_weight=np.ones(len(y)))
    method = "predict_proba" if name == "random_forest" else "decision_function"
    calls = []
    compute = getattr(type(model), method)
    monkeypatch.setattr(type(model), method, lambda *args: calls.append(1) or compute(*args))
    with remembering(model):
        predict(model, X, codes=model.predict(X), classes=3)
    assert len(calls) == 1


def test_another_table_is_not_taken_for_the_one_remembered():
    X, y = rows(0, 1)
    model = DecisionTreeClassifier().fit(X, y)
    with remembering(model):
        assert model.predict(X).tolist() == y.tolist()
        assert model.predict(X[::-1]).tolist() == y[::-1].tolist()


def test_nothing_is_remembered_after_the_block():
    X, y = rows(0, 1)
    model = DecisionTreeClassifier().fit(X, y)
    with remembering(model):
        model.predict(X)
    assert not {"predict_proba", "decision_function"} & set(vars(model))
