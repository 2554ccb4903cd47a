from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.tree import DecisionTreeClassifier, ExtraTreeClassifier

from pipeline.trees import BareExtraTree, BareTree

PARAMS = st.fixed_dictionaries(
    {},
    optional={
        "criterion": st.sampled_from(["gini", "entropy"]),
        "max_depth": st.sampled_from([None, 1, 3]),
        "max_features": st.sampled_from([None, "sqrt", "log2", 2, 0.7]),
        "max_leaf_nodes": st.sampled_from([None, 4]),
        "min_weight_fraction_leaf": st.sampled_from([0.0, 0.1]),
        "min_impurity_decrease": st.sampled_from([0.0, 0.02]),
        "ccp_alpha": st.sampled_from([0.0, 0.01]),
    },
)


@pytest.mark.parametrize(
    ("bare", "original"),
    [(BareTree, DecisionTreeClassifier), (BareExtraTree, ExtraTreeClassifier)],
)
@settings(deadline=None)
@given(params=PARAMS, seed=st.integers(0, 1000), classes=st.integers(2, 4))
def test_a_tree_is_the_original_s_to_the_last_bit(bare, original, params, seed, classes):
    chance = np.random.default_rng(seed)
    X = chance.integers(0, 6, (60, 5)).astype(np.float32)
    y = 2 * chance.integers(0, classes, 60)
    counts = chance.integers(0, 9, 60).astype(float)
    grown = [
        tree(random_state=seed, **params)._fit(X, y, sample_weight=counts, check_input=False)
        for tree in (bare, original)
    ]
    ours, theirs = (tree.tree_.__getstate__() for tree in grown)
    assert ours["nodes"].tolist() == theirs["nodes"].tolist()
    np.testing.assert_array_equal(ours["values"], theirs["values"])
    assert vars(grown[0]).keys() == vars(grown[1]).keys()
    for name in ("classes_", "n_classes_", "n_features_in_", "max_features_"):
        np.testing.assert_array_equal(getattr(grown[0], name), getattr(grown[1], name))
    np.testing.assert_array_equal(*(tree.predict(X) for tree in grown))


def test_each_kind_of_tree_knows_its_own_parameters():
    for bare, original in (
        (BareTree, DecisionTreeClassifier),
        (BareExtraTree, ExtraTreeClassifier),
    ):
        assert bare().get_params() == original().get_params()
