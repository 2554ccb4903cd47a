from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.tree import DecisionTreeClassifier

from pipeline.ceiling import ceiling, first_of_vector, known_rows
from pipeline.flows import CountedFlows, Split

TABLES = st.dictionaries(
    st.tuples(st.sampled_from([-1.5, 0.0, 2.0]), st.sampled_from([0.0, 1.0]), st.integers(0, 3)),
    st.integers(1, 1000),
    min_size=1,
)


def counted(table):
    keys = np.array(sorted(table))
    return CountedFlows(
        features=("a", "b"),
        labels=("w", "x", "y", "z"),
        X=keys[:, :2].copy(),
        y=keys[:, 2].astype(np.int64),
        counts=np.array([table[key] for key in sorted(table)]),
    )


def labels_of_vectors(table):
    found = defaultdict(Counter)
    for (a, b, label), count in table.items():
        found[a, b][label] += count
    return found


@given(table=TABLES)
@settings(max_examples=100, deadline=None)
def test_the_ceiling_is_the_share_of_flows_with_the_commonest_label_of_their_vector(table):
    best = sum(max(labels.values()) for labels in labels_of_vectors(table).values())
    assert ceiling(counted(table)) == best / sum(table.values())


@given(table=TABLES)
@settings(max_examples=25, deadline=None)
def test_a_tree_that_grows_to_the_end_reaches_the_ceiling(table):
    flows = counted(table)
    tree = DecisionTreeClassifier(random_state=0).fit(flows.X, flows.y, sample_weight=flows.counts)
    accuracy = tree.score(flows.X, flows.y, sample_weight=flows.counts)
    assert accuracy == pytest.approx(ceiling(flows), rel=1e-12)


@given(table=TABLES)
@settings(max_examples=25, deadline=None)
def test_each_feature_vector_is_marked_once(table):
    flows = counted(table)
    firsts = flows.X[first_of_vector(flows)]
    assert [tuple(vector) for vector in firsts] == sorted(labels_of_vectors(table))


@given(table=TABLES, seed=st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_a_test_flow_is_known_when_its_vector_occurs_in_training(table, seed):
    flows = counted(table)
    test_counts = np.random.default_rng(seed).integers(0, flows.counts + 1)
    split = Split(name="random", flows=flows, test_counts=test_counts)
    seen = {tuple(vector) for vector in split.train.X}
    rows = zip(split.test.X, split.test.counts, strict=True)
    assert known_rows(split) == sum(count for vector, count in rows if tuple(vector) in seen)
