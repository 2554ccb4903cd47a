from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.conflicts import MOST_PAIRS, label_conflicts
from pipeline.flows import CountedFlows

TABLES = st.dictionaries(
    st.tuples(st.sampled_from([-1.5, 0.0, 2.0]), st.sampled_from([0.0, 1.0]), st.integers(0, 3)),
    st.integers(1, 1000),
    min_size=1,
)


def counted(table, labels="wxyz"):
    keys = np.array(sorted(table))
    return CountedFlows(
        features=("a", "b"),
        labels=tuple(labels),
        X=keys[:, :2].copy(),
        y=keys[:, 2].astype(np.int64),
        counts=np.array([table[key] for key in sorted(table)]),
    )


def by_hand(table):
    """Flows of each label in each vector."""
    found = defaultdict(Counter)
    for (a, b, label), count in table.items():
        found[a, b]["wxyz"[label]] += count
    return found


@given(table=TABLES)
@settings(max_examples=100, deadline=None)
def test_vectors_and_rows_in_conflict_are_those_of_several_labels(table):
    found = label_conflicts(counted(table))
    vectors = by_hand(table)
    torn = {vector: labels for vector, labels in vectors.items() if len(labels) > 1}
    assert (found.vectors, found.rows) == (len(vectors), sum(table.values()))
    assert found.conflicting_vectors == len(torn)
    assert found.conflicting_rows == sum(sum(labels.values()) for labels in torn.values())


@given(table=TABLES)
@settings(max_examples=100, deadline=None)
def test_pairs_of_labels_hold_the_flows_of_the_vectors_that_they_share(table):
    found = label_conflicts(counted(table))
    shared = defaultdict(list)
    for labels in by_hand(table).values():
        for pair in combinations(sorted(labels), 2):
            shared[pair].append(labels)
    assert found.pairs_found == len(found.pairs) == len(shared)
    for pair in found.pairs:
        vectors = shared[tuple(sorted((pair.first, pair.second)))]
        assert pair.vectors == len(vectors)
        assert pair.first_rows == sum(labels[pair.first] for labels in vectors)
        assert pair.second_rows == sum(labels[pair.second] for labels in vectors)
        assert pair.first_rows >= pair.second_rows
    sizes = [pair.first_rows + pair.second_rows for pair in found.pairs]
    assert sizes == sorted(sizes, reverse=True)


def test_only_the_pairs_with_the_most_flows_are_listed():
    table = {(0.0, 0.0, label): label + 1 for label in range(10)}
    found = label_conflicts(counted(table, labels="abcdefghij"))
    assert (len(found.pairs), found.pairs_found) == (MOST_PAIRS, 45)
    assert (found.pairs[0].first, found.pairs[0].second) == ("j", "i")


def test_flows_without_a_conflict_have_no_pairs():
    found = label_conflicts(counted({(0.0, 0.0, 1): 5, (0.0, 1.0, 2): 7}))
    assert (found.conflicting_vectors, found.conflicting_rows, found.pairs) == (0, 0, ())
