from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from pipeline.errors import DataError
from pipeline.flows import CountedFlows, Split
from pipeline.split import SPLITS, deal_flows, mark_test_rows

PART_ROWS = st.lists(st.integers(0, 60), min_size=1, max_size=8)
TEST_SIZES = st.floats(0.02, 0.98)
SEEDS = st.integers(0, 2**32 - 1)


@given(part_rows=PART_ROWS, test_size=TEST_SIZES, seed=SEEDS)
@example(part_rows=[173, 0, 777], test_size=0.2, seed=42)
@settings(max_examples=80, deadline=None)
def test_random_holds_out_the_rows_of_train_test_split_over_any_partition_sizes(
    part_rows, test_size, seed
):
    rows = np.arange(sum(part_rows))
    if len(rows) < 2 or math.ceil(test_size * len(rows)) == len(rows):
        with pytest.raises(DataError, match="give more flows"):
            mark_test_rows("random", part_rows, test_size=test_size, seed=seed)
        return
    masks = mark_test_rows("random", part_rows, test_size=test_size, seed=seed)
    train, test = train_test_split(rows, test_size=test_size, random_state=seed)
    is_test = np.concatenate(masks)
    assert [len(mask) for mask in masks] == part_rows
    assert np.flatnonzero(is_test).tolist() == sorted(test)
    assert np.flatnonzero(~is_test).tolist() == sorted(train)


def test_by_file_holds_out_the_last_34_of_169_files():
    masks = mark_test_rows("by_file", [3] * 169, test_size=0.2, seed=1)
    assert [mask.tolist() for mask in masks] == [[False] * 3] * 135 + [[True] * 3] * 34


def test_by_file_trains_on_as_many_files_as_the_data_sets_authors():
    for files in range(2, 400):
        masks = mark_test_rows("by_file", [1] * files, test_size=0.2, seed=1)
        assert sum(not mask.any() for mask in masks) == int(files * 0.8)


@given(files=st.integers(2, 500), percent=st.integers(1, 99))
@example(files=5, percent=80)
@settings(max_examples=100, deadline=None)
def test_by_file_counts_files_as_written_whatever_the_rounding_of_test_size(files, percent):
    train_files = files * (100 - percent) // 100
    if train_files == 0:
        with pytest.raises(DataError, match="give more files"):
            mark_test_rows("by_file", [1] * files, test_size=percent / 100, seed=1)
        return
    masks = mark_test_rows("by_file", [1] * files, test_size=percent / 100, seed=1)
    assert sum(not mask.any() for mask in masks) == train_files


def test_by_file_says_how_many_files_cannot_be_split():
    with pytest.raises(DataError, match=r"1 file\(s\) cannot be split at test_size 0.2"):
        mark_test_rows("by_file", [100], test_size=0.2, seed=1)


def split_of(name, part_rows, *, seed):
    """What becomes of rows with few distinct features, counted in their partitions."""
    X = np.random.default_rng(1).integers(0, 9, (sum(part_rows), 1))
    is_test = np.concatenate(mark_test_rows(name, part_rows, test_size=0.3, seed=seed))
    rows, place, counts = np.unique(X, axis=0, return_inverse=True, return_counts=True)
    flows = CountedFlows(
        features=("a",),
        labels=("x",),
        X=rows.astype(float),
        y=np.zeros(len(rows), np.int64),
        counts=counts,
    )
    test_counts = np.bincount(place.ravel(), is_test, len(rows)).astype(np.int64)
    marked = Split(name=name, flows=flows, test_counts=test_counts)
    return deal_flows(marked, test_size=0.3, seed=seed)


@pytest.mark.parametrize("name", SPLITS)
def test_every_split_leaves_rows_on_both_sides_and_repeats_itself(name):
    first, again = (split_of(name, [5, 0, 7, 1, 9], seed=7) for _ in range(2))
    assert first.test_counts.tolist() == again.test_counts.tolist()
    assert (first.test_counts <= first.flows.counts).all()
    assert first.train.rows
    assert first.test.rows


@pytest.mark.parametrize("name", sorted(set(SPLITS) - {"by_file"}))
def test_a_split_that_does_not_go_by_file_is_the_same_however_rows_lie_in_files(name):
    partitionings = ([22], [5, 0, 7, 1, 9], [1] * 22)
    found = [split_of(name, part_rows, seed=3).test_counts.tolist() for part_rows in partitionings]
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("name", SPLITS)
def test_a_split_either_marks_rows_or_deals_counted_flows(name):
    masks = mark_test_rows(name, [40, 40], test_size=0.3, seed=1)
    assert any(mask.any() for mask in masks) == SPLITS[name].marks_rows
