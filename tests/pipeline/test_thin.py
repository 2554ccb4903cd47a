from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import ModelError
from pipeline.flows import CountedFlows
from pipeline.thin import thin


def flows_of(counts, y):
    counts = np.asarray(counts, dtype=np.int64)
    return CountedFlows(
        features=("a",),
        labels=("p", "q", "r", "never"),
        X=np.arange(len(counts), dtype=float)[:, None],
        y=np.asarray(y, dtype=np.int64),
        counts=counts,
    )


@st.composite
def tables(draw):
    counts = draw(st.lists(st.integers(1, 10**6), min_size=4, max_size=40))
    labels = draw(st.lists(st.integers(0, 2), min_size=len(counts), max_size=len(counts)))
    return flows_of(counts, labels)


@settings(max_examples=60, deadline=None)
@given(tables(), st.integers(3, 40), st.integers(0, 100))
def test_a_thinned_table_keeps_the_budget_the_classes_and_no_more_than_there_was(
    flows, budget, seed
):
    thinned = thin(flows, distinct_rows=budget, seed=seed)
    places = thinned.X[:, 0].astype(int)
    assert thinned.distinct_rows == min(budget, flows.distinct_rows)
    assert (np.diff(places) > 0).all()
    assert (thinned.counts >= 1).all()
    assert (thinned.counts <= flows.counts[places]).all()
    assert (thinned.y == flows.y[places]).all()
    assert set(thinned.y) == set(flows.y)
    assert thinned.labels == flows.labels


def test_a_table_within_the_budget_comes_back_as_it_is():
    flows = flows_of([3, 4, 5], [0, 1, 2])
    assert thin(flows, distinct_rows=3, seed=0) is flows


def test_the_same_seed_gives_the_same_sample():
    flows = flows_of(np.arange(1, 200), np.arange(199) % 3)
    first, second, other = (thin(flows, distinct_rows=50, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first.counts, second.counts)
    assert not np.array_equal(first.X, other.X)


def test_it_is_the_longest_affordable_prefix_of_the_rows_in_random_order():
    counts, budget = np.array([1, 2, 3, 10, 20, 40]), 4
    flows = flows_of(counts, np.zeros(6))
    chance = np.random.default_rng(0)
    prefixes = [prefix(np.repeat(np.arange(6), counts), budget, chance) for _ in range(3000)]
    samples = [thinned_counts(flows, budget, seed) for seed in range(3000)]
    error = np.sqrt((np.var(prefixes, axis=0) + np.var(samples, axis=0)) / 3000)
    assert (np.abs(np.mean(prefixes, axis=0) - np.mean(samples, axis=0)) < 4 * error).all()


def prefix(rows, budget, chance):
    order = chance.permutation(rows)
    _, firsts = np.unique(order, return_index=True)
    return np.bincount(order[: np.sort(firsts)[budget]], minlength=6)


def thinned_counts(flows, budget, seed):
    thinned = thin(flows, distinct_rows=budget, seed=seed)
    return np.bincount(thinned.X[:, 0].astype(int), weights=thinned.counts, minlength=6)


def test_a_rare_class_keeps_one_flow():
    flows = flows_of([1, *[10**6] * 30, 1], [1, *[0] * 30, 2])
    for seed in range(20):
        assert set(thin(flows, distinct_rows=5, seed=seed).y) == {0, 1, 2}


def test_fewer_places_than_classes_is_refused():
    with pytest.raises(
        ModelError, match="2 distinct rows cannot hold 3 classes; afford at least 3"
    ):
        thin(flows_of([1, 1, 1], [0, 1, 2]), distinct_rows=2, seed=0)
