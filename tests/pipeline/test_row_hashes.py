from __future__ import annotations

import itertools

import numpy as np
import pytest

from pipeline.row_hashes import row_hashes, sort_by_class


def columns_of(rows):
    return [np.ascontiguousarray(column) for column in np.array(rows, dtype=np.float64).T]


def test_equal_rows_have_equal_hashes_wherever_they_stand():
    block = np.random.default_rng(0).normal(size=(5000, 5))
    exact, rounded = row_hashes(columns_of(np.vstack([block, block])))
    assert np.array_equal(exact[:5000], exact[5000:])
    assert np.array_equal(rounded[:5000], rounded[5000:])


def test_zeros_of_either_sign_are_equal_and_so_are_nulls():
    exact, rounded = row_hashes(columns_of([[0.0, np.nan, 1], [-0.0, np.nan, 1]]))
    assert exact[0] == exact[1]
    assert rounded[0] == rounded[1]


def test_what_differs_below_float32_is_equal_at_float32_only():
    exact, rounded = row_hashes(columns_of([[0.1, 2.0, 3.0], [0.1 + 1e-12, 2.0, 3.0]]))
    assert exact[0] != exact[1]
    assert rounded[0] == rounded[1]


def test_swapped_values_give_other_hashes():
    exact, rounded = row_hashes(columns_of([[1, 2, 3], [2, 1, 3], [1, 3, 2]]))
    assert len(set(exact.tolist())) == len(set(rounded.tolist())) == 3


@pytest.mark.parametrize("kind", [0, 1])
def test_flags_and_counts_collide_no_more_often_than_random_numbers_do(kind):
    rows = list(itertools.product([0, 1], [0, 1, 0.5], [0, 1], [0, 10, 100], *[[0, 1]] * 9))
    hashes = row_hashes(columns_of(rows))[kind]
    assert len(np.unique(hashes)) == len(rows)
    expected = len(rows) ** 2 / 2**33
    for half in (hashes >> np.uint64(32), hashes & np.uint64(0xFFFFFFFF)):
        assert len(rows) - len(np.unique(half)) <= expected + 4 * np.sqrt(expected) + 1


def test_hashes_are_grouped_by_class_and_ascend_within():
    hashes = np.random.default_rng(1).integers(0, 1 << 63, 1000).astype(np.uint64)
    codes = np.arange(1000) % 4
    grouped = sort_by_class(hashes, codes, 5)
    expected = [np.sort(hashes[codes == code]) for code in range(5)]
    assert np.array_equal(grouped, np.concatenate(expected))
