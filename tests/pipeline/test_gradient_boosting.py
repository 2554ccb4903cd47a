from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingClassifier

from pipeline.gradient_boosting import GradientBoosting

PARAMETERS = {
    "as they are": {},
    "deep": {"max_depth": None, "n_estimators": 4},
    "best leaves first": {"max_leaf_nodes": 5, "max_features": 2},
    "pruned": {"ccp_alpha": 1e-3, "min_impurity_decrease": 1e-4},
    "no small leaves": {"min_weight_fraction_leaf": 0.05, "max_features": "sqrt"},
    "from nothing": {"init": "zero", "learning_rate": 1.0},
}


@pytest.mark.parametrize("classes", [2, 5])
@pytest.mark.parametrize("params", PARAMETERS.values(), ids=PARAMETERS)
def test_trees_are_the_original_s_to_the_last_bit(params, classes):
    assert_is_the_original(classes, **params)


def test_trees_of_the_exponential_loss_are_the_original_s_to_the_last_bit():
    assert_is_the_original(2, loss="exponential")


def test_a_class_that_its_leaf_is_sure_of_gets_no_step():
    X, y = np.repeat([[0.0], [1.0]], 20, axis=0), np.repeat([0, 1], 20)
    settings = {"n_estimators": 60, "learning_rate": 20.0}
    original, ours = both(X, y, np.ones(40), **settings)
    assert np.array_equal(ours.predict_proba(X), original.predict_proba(X))


def assert_is_the_original(classes, **params):
    chance = np.random.default_rng(classes)
    X = chance.integers(0, 12, size=(300, 4)).astype(np.float64)
    y = (X[:, 0] + chance.integers(0, 9, size=300)).astype(np.int64) % classes
    original, ours = both(X, y, chance.integers(1, 50, size=300), **{"n_estimators": 12} | params)
    elsewhere = chance.normal(5, 4, size=(500, 4))
    assert np.array_equal(ours.predict_proba(elsewhere), original.predict_proba(elsewhere))
    assert np.array_equal(ours.train_score_, original.train_score_)


def both(X, y, counts, **params):
    kinds = GradientBoostingClassifier, GradientBoosting
    return [kind(random_state=3, **params).fit(X, y, sample_weight=counts) for kind in kinds]
