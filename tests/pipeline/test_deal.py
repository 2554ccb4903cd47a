from __future__ import annotations

import math
from collections import Counter

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from pipeline.ceiling import known_rows
from pipeline.deal import one_of_each, whole_vectors
from pipeline.flows import CountedFlows, Split

TABLES = st.dictionaries(
    st.tuples(st.integers(0, 12), st.integers(0, 2)), st.integers(1, 200), min_size=2, max_size=30
)
SIZES = st.floats(0.02, 0.98)
SEEDS = st.integers(0, 2**32 - 1)


def counted(table, *, name="distinct"):
    keys = np.array(sorted(table))
    flows = CountedFlows(
        features=("a",),
        labels=("x", "y", "z"),
        X=keys[:, :1].astype(float),
        y=keys[:, 1],
        counts=np.array([table[key] for key in sorted(table)]),
    )
    return Split(name=name, flows=flows, test_counts=np.zeros(len(keys), np.int64))


def vectors(flows):
    """Flows by feature vector."""
    found = Counter()
    for value, count in zip(flows.X[:, 0].tolist(), flows.counts.tolist(), strict=True):
        found[value] += count
    return found


@given(table=TABLES, test_size=SIZES, seed=SEEDS)
@example(table={(0, 0): 900, (1, 0): 30, (2, 0): 70}, test_size=0.2, seed=0)
@settings(max_examples=100, deadline=None)
def test_a_feature_vector_lies_wholly_on_one_side(table, test_size, seed):
    split = whole_vectors(counted(table), test_size, seed)
    assert set(vectors(split.train)).isdisjoint(vectors(split.test))
    assert known_rows(split) == 0
    assert split.train.rows + split.test.rows == sum(table.values())
    assert split.train.rows


@given(table=TABLES, test_size=SIZES, seed=SEEDS)
@settings(max_examples=100, deadline=None)
def test_no_further_vector_would_bring_the_test_share_nearer(table, test_size, seed):
    split = whole_vectors(counted(table), test_size, seed)
    train, test = vectors(split.train), vectors(split.test)
    wanted = min(math.ceil(test_size * split.flows.rows), split.flows.rows - 1)
    missing = abs(wanted - split.test.rows)
    if len(train) > 1:
        assert test
        assert all(abs(wanted - split.test.rows - size) >= missing for size in train.values())


def test_where_some_flows_are_alone_the_test_share_is_met_to_the_flow():
    table = {(value, 0): 1 + 40 * (value % 5 == 0) for value in range(100)}
    for seed in range(20):
        split = whole_vectors(counted(table), 0.2, seed)
        assert split.test.rows == math.ceil(0.2 * sum(table.values()))


def test_every_vector_is_held_out_by_some_seed_in_about_its_share():
    table = {(value, value % 3): 5 for value in range(50)}
    held_out = Counter(
        value
        for seed in range(400)
        for value in vectors(whole_vectors(counted(table), 0.2, seed).test)
    )
    assert len(held_out) == 50
    assert min(held_out.values()) > 45
    assert max(held_out.values()) < 120


def test_one_vector_alone_is_not_held_out():
    split = whole_vectors(counted({(0, 0): 7, (0, 1): 2}), 0.5, 0)
    assert (split.train.rows, split.test.rows) == (9, 0)


@given(table=TABLES, test_size=SIZES, seed=SEEDS)
@settings(max_examples=60, deadline=None)
def test_deduplicated_is_train_test_split_of_the_distinct_rows(table, test_size, seed):
    split = one_of_each(counted(table, name="deduplicated"), test_size, seed)
    rows = np.array(sorted(table))
    wanted = min(math.ceil(test_size * len(rows)), len(rows) - 1)
    train, test = train_test_split(rows, test_size=wanted, random_state=seed)
    for part, side in ((split.train, train), (split.test, test)):
        assert np.column_stack([part.X, part.y]).tolist() == sorted(side.tolist())
        assert set(part.counts.tolist()) == {1}
