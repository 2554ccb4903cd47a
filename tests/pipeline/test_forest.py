from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier

from pipeline.forest import BootstrapTree, CountedForest, ExtraTrees


@pytest.fixture
def table():
    chance = np.random.default_rng(0)
    X = np.repeat(np.arange(20.0), 3)[:, None] * [1.0, -0.5]
    y = np.tile([0, 1, 2], 20)
    return X, y, chance.integers(1, 6, 60)


def test_each_tree_sees_as_many_flows_as_are_counted(table):
    X, y, counts = table
    forest = CountedForest(5, random_state=0).fit(X, y, sample_weight=counts)
    assert {tree.tree_.weighted_n_node_samples[0] for tree in forest} == {counts.sum()}


@given(counts=st.lists(st.integers(1, 10**6), min_size=3, max_size=12), seed=st.integers(0, 99))
@settings(max_examples=8, deadline=None)
def test_a_tree_s_bootstrap_is_a_multinomial_draw_of_all_flows_over_the_counts(counts, seed):
    y = np.arange(len(counts))
    forest = CountedForest(60, random_state=seed, max_depth=1)
    forest.fit(y[:, np.newaxis].astype(float), y, sample_weight=counts)
    rows, share = sum(counts), np.array(counts) / sum(counts)
    drawn = rows * np.array([tree.tree_.value[0, 0] for tree in forest])
    np.testing.assert_allclose(drawn.sum(axis=1), rows)
    deviation = np.sqrt(rows * share * (1 - share))
    assert (np.abs(drawn.mean(axis=0) - rows * share) <= 5.5 * deviation / np.sqrt(60)).all()
    is_wide = deviation > 3  # else the spread of so few flows is no chi square
    spread = (drawn.std(axis=0, ddof=1) / np.maximum(deviation, 1e-9))[is_wide]
    assert (np.abs(spread - 1) < 0.55).all()


def test_trees_draw_different_bootstraps(table):
    X, y, counts = table
    forest = CountedForest(5, random_state=0).fit(X, y, sample_weight=counts)
    roots = {tuple(tree.tree_.value[0, 0]) for tree in forest}
    assert len(roots) == 5


def test_the_vote_has_the_mean_and_spread_of_the_forest_on_rows(table):
    X, y, counts = table
    rows = np.repeat(X, counts, axis=0), np.repeat(y, counts)
    ours = CountedForest(400, random_state=0).fit(X, y, sample_weight=counts)
    original = RandomForestClassifier(400, random_state=1).fit(*rows)
    queries = X[::3]
    votes = np.array([tree.predict_proba(queries) for tree in ours])
    expected = np.array([tree.predict_proba(queries) for tree in original])
    error = np.sqrt((votes.var(axis=0) + expected.var(axis=0)) / 400)
    assert (np.abs(votes.mean(axis=0) - expected.mean(axis=0)) < 4.5 * error + 1e-12).all()
    assert np.abs(votes.std(axis=0) / expected.std(axis=0) - 1).max() < 0.2


def test_the_cost_of_a_bootstrap_does_not_grow_with_the_counts():
    X, y = np.array([[0.0], [1.0], [1.0]]), np.array([0, 0, 1])
    forest = CountedForest(3, random_state=0).fit(X, y, sample_weight=[10**12, 10**12, 3 * 10**12])
    np.testing.assert_allclose(
        forest.predict_proba([[0.0], [1.0]]), [[1, 0], [0.25, 0.75]], atol=1e-4
    )


def test_without_counts_each_row_is_one_flow(table):
    X, y, _ = table
    forest = CountedForest(2, random_state=0).fit(X, y)
    assert {tree.tree_.weighted_n_node_samples[0] for tree in forest} == {60}
    assert all(isinstance(tree, BootstrapTree) for tree in forest)


def test_a_clone_has_the_same_params():
    forest = CountedForest(7, max_depth=3, random_state=2)
    assert clone(forest).get_params() == forest.get_params()


@given(seed=st.integers(0, 1000), classes=st.integers(2, 4))
@settings(max_examples=10, deadline=None)
def test_extra_trees_are_the_original_s_to_the_last_bit(seed, classes):
    chance = np.random.default_rng(seed)
    X, y = chance.random((50, 4)), chance.integers(0, classes, 50)
    counts = chance.integers(1, 9, 50)
    ours, original = (
        model(8, random_state=seed).fit(X, y, sample_weight=counts)
        for model in (ExtraTrees, ExtraTreesClassifier)
    )
    np.testing.assert_array_equal(ours.predict_proba(X), original.predict_proba(X))
    assert clone(ours).get_params() == original.get_params()
