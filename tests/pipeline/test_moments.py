from __future__ import annotations

from fractions import Fraction
from functools import reduce

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as stnp

from pipeline.moments import class_moments, empty_moments, merge_moments

N_CLASSES = 3
ROWS = st.integers(1, 40).flatmap(
    lambda rows: st.tuples(
        stnp.arrays(np.float64, (rows, 2), elements=st.floats(-1e6, 1e6, width=32)),
        stnp.arrays(np.int64, rows, elements=st.integers(-1, N_CLASSES - 1)),
        stnp.arrays(np.bool_, rows),
        st.lists(st.integers(0, rows), max_size=4).map(sorted),
    )
)


def by_numpy(X, codes):
    means = [X[codes == k].mean(axis=0) if (codes == k).any() else [0, 0] for k in range(N_CLASSES)]
    m2 = [((X[codes == k] - means[k]) ** 2).sum(axis=0) for k in range(N_CLASSES)]
    return np.array(means), np.array(m2)


def close(left, right):
    return np.allclose(left, right, rtol=1e-9, atol=1e-3)


@given(rows=ROWS)
@settings(max_examples=100, deadline=None)
def test_moments_equal_numpy_in_any_partitioning(rows):
    X, codes, _, cuts = rows
    parts = zip(np.split(X, cuts), np.split(codes, cuts), strict=True)
    merged = reduce(merge_moments, [class_moments(x, c, N_CLASSES) for x, c in parts])
    mean, m2 = by_numpy(X, codes)
    assert merged.count.tolist() == [(codes == k).sum() for k in range(N_CLASSES)]
    assert close(merged.mean, mean)
    assert close(merged.m2, m2)


@given(rows=ROWS)
@settings(max_examples=50, deadline=None)
def test_a_mask_leaves_rows_out(rows):
    X, codes, mask, _ = rows
    masked = class_moments(X, codes, N_CLASSES, rows=mask)
    alone = class_moments(X[mask], codes[mask], N_CLASSES)
    assert masked.count.tolist() == alone.count.tolist()
    assert close(masked.mean, alone.mean)
    assert close(masked.m2, alone.m2)


def test_rows_that_a_mask_leaves_out_may_hold_nulls():
    X = np.array([[1.0], [np.nan], [3.0]])
    found = class_moments(X, np.zeros(3, np.int64), 1, rows=np.array([True, False, True]))
    assert (found.mean[0, 0], found.m2[0, 0]) == (2.0, 2.0)


@pytest.mark.parametrize("order", ["C", "F"])
def test_the_layout_of_the_matrix_does_not_matter(order):
    X = np.random.default_rng(0).normal(size=(500, 4))
    codes = np.arange(500) % 3
    laid = class_moments(np.asarray(X, order=order), codes, 3)
    assert np.array_equal(laid.m2, class_moments(X, codes, 3).m2)


def test_a_constant_column_has_no_spread_whatever_its_value():
    X = np.full((1000, 1), 0.1)
    codes = np.arange(1000) % 2
    halves = [
        class_moments(half, c, 2)
        for half, c in zip([X[:300], X[300:]], [codes[:300], codes[300:]], strict=True)
    ]
    merged = merge_moments(*halves)
    assert merged.m2.tolist() == [[0.0], [0.0]]
    assert merged.mean.tolist() == [[0.1], [0.1]]


def test_a_large_mean_with_a_tiny_spread_loses_no_digits():
    column = 1e9 + np.random.default_rng(1).normal(size=2000) * 1e-3
    exact = [Fraction(value) for value in column.tolist()]
    mean = sum(exact) / len(exact)
    m2 = float(sum((value - mean) ** 2 for value in exact))
    found = class_moments(column[:, np.newaxis], np.zeros(2000, np.int64), 1)
    assert found.m2[0, 0] == pytest.approx(m2, rel=1e-12)
    assert found.mean[0, 0] == pytest.approx(float(mean), rel=1e-15)


def test_one_far_row_spoils_nothing():
    column = np.append(1e8, np.random.default_rng(2).normal(size=9999))
    found = class_moments(column[:, np.newaxis], np.zeros(10_000, np.int64), 1)
    exact = [Fraction(value) for value in column.tolist()]
    mean = sum(exact) / len(exact)
    assert found.m2[0, 0] == pytest.approx(float(sum((v - mean) ** 2 for v in exact)), rel=1e-12)


def test_merging_with_no_rows_changes_nothing():
    X = np.random.default_rng(3).normal(size=(50, 2))
    found = class_moments(X, np.arange(50) % 2, 3)
    for merged in (
        merge_moments(found, empty_moments(3, 2)),
        merge_moments(empty_moments(3, 2), found),
    ):
        assert np.array_equal(merged.mean, found.mean)
        assert np.array_equal(merged.m2, found.m2)


def test_classes_can_be_chosen_and_merged_into_groups():
    X = np.random.default_rng(4).normal(size=(60, 2))
    codes = np.arange(60) % 3
    found = class_moments(X, codes, 3)
    assert np.array_equal(found.take(np.array([2, 0])).mean, found.mean[[2, 0]])
    grouped = found.regroup(np.array([0, -1, 0]), 1)
    both = X[codes != 1]
    assert grouped.count.tolist() == [40]
    assert np.allclose(grouped.mean, both.mean(axis=0), rtol=1e-12)
    assert np.allclose(grouped.m2, ((both - both.mean(axis=0)) ** 2).sum(axis=0), rtol=1e-12)


def test_no_rows_at_all_have_moments_too():
    found = class_moments(np.zeros((0, 2)), np.zeros(0, np.int64), 3)
    assert found.count.tolist() == [0, 0, 0]
