from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import AdaBoostClassifier
from sklearn.tree import DecisionTreeClassifier

from pipeline.ada_boost import AdaBoost


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 1000), classes=st.integers(2, 4), rate=st.sampled_from([0.5, 1.0]))
def test_trees_and_weights_are_the_original_s_to_the_last_bit(seed, classes, rate):
    chance = np.random.default_rng(seed)
    X = chance.random((60, 4))
    y = np.r_[np.arange(classes), (X.sum(axis=1) * classes / 4).astype(int)[classes:]]
    counts = chance.integers(1, 9, 60)
    params = {"n_estimators": 12, "learning_rate": rate, "random_state": seed}
    ours, original = (
        model(**params).fit(X, y, sample_weight=counts) for model in (AdaBoost, AdaBoostClassifier)
    )
    np.testing.assert_array_equal(ours.estimator_weights_, original.estimator_weights_)
    np.testing.assert_array_equal(ours.decision_function(X), original.decision_function(X))
    np.testing.assert_array_equal(ours.predict(X), original.predict(X))


def test_another_estimator_is_used_as_it_is():
    deep = DecisionTreeClassifier(max_depth=2, random_state=0)
    model = AdaBoost(deep, n_estimators=2).fit([[0.0], [1.0], [2.0]], [0, 1, 0])
    assert type(model.estimators_[0]) is DecisionTreeClassifier
