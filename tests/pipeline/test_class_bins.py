from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.class_bins import BINS, class_bins, of_classes


def table(seed, *, classes, rows=400):
    """A coarse column, a fine one, and one that is the class itself."""
    chance = np.random.default_rng(seed)
    y = np.r_[np.arange(classes), chance.integers(0, classes, rows - classes)]
    X = np.column_stack([chance.integers(0, 9, rows), chance.normal(size=rows) + y, 3.0 * y])
    edges = [np.unique(np.quantile(x, np.arange(1, BINS) / BINS)) for x in X.T]
    return X, y, edges


@given(seed=st.integers(0, 999), cuts=st.lists(st.integers(0, 400), max_size=3).map(sorted))
@settings(max_examples=30, deadline=None)
def test_class_counts_of_partitions_add_up_to_those_of_all_rows(seed, cuts):
    X, y, edges = table(seed, classes=4)
    whole = class_bins(tuple(X.T), edges, y, classes=4)
    parts = zip(np.split(X, cuts), np.split(y, cuts), strict=True)
    assert np.array_equal(
        whole, sum(class_bins(tuple(x.T), edges, codes, classes=4) for x, codes in parts)
    )
    by_value = class_bins([X[:, 0]], [np.arange(8.0)], y, classes=4)[0, :9]
    assert by_value.tolist() == [
        [((X[:, 0] == value) & (y == code)).sum() for code in range(4)] for value in range(9)
    ]


def test_classes_are_groups_of_labels():
    X, y, edges = table(1, classes=4)
    family = np.array([1, 0, 0, 1])
    grouped = of_classes(class_bins(tuple(X.T), edges, y, classes=4), family, classes=2)
    assert np.array_equal(grouped, class_bins(tuple(X.T), edges, family[y], classes=2))
