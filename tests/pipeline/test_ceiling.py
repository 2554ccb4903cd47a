from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.tree import DecisionTreeClassifier

from pipeline.ceiling import bounds, ceiling, first_of_vector, known_rows
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


def looked_up(labels):
    """Flows of one vector whose label is the only commonest among the others of the vector."""
    hits = 0
    for label in labels.elements():
        others = labels - Counter([label])
        ranks = others.most_common(2)
        is_clear = len(ranks) == 1 or (len(ranks) == 2 and ranks[0][1] > ranks[1][1])
        hits += is_clear and ranks[0][0] == label
    return hits


@given(
    table=st.dictionaries(
        st.tuples(st.just(0.0), st.sampled_from([0.0, 1.0]), st.integers(0, 3)),
        st.integers(1, 5),
        min_size=1,
    )
)
@settings(max_examples=100, deadline=None)
def test_leaving_one_out_looks_each_flow_up_among_the_others(table):
    vectors = labels_of_vectors(table).values()
    found = bounds(counted(table))
    assert found.leave_one_out == sum(map(looked_up, vectors)) / sum(table.values())
    assert found.lone_rows == sum(labels.total() == 1 for labels in vectors)


def test_what_features_are_worth_lies_between_the_bounds_on_average():
    chance = np.random.default_rng(0)
    right = chance.uniform(0.5, 1.0, 60)  # how sure the label of each vector is
    found = []
    for _ in range(200):
        x = chance.integers(0, 60, 150)
        y = (chance.random(150) > right[x]).astype(int)
        found.append(bounds(counted(Counter(zip(x * 1.0, x * 0.0, y.tolist(), strict=True)))))
    low, high = (
        np.mean([getattr(one, name) for one in found]) for name in ("leave_one_out", "ceiling")
    )
    assert low < right.mean() - 0.05
    assert right.mean() + 0.05 < high


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
