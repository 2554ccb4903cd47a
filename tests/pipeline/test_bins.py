from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pipeline.bins import MOST_BINS, cut_features, nested_bins, parents
from pipeline.quantiles import merge_quantiles, summarise

COLUMNS = arrays(
    np.float64,
    st.integers(1, 600),
    elements=st.one_of(
        st.floats(-1e6, 1e6, allow_subnormal=False), st.sampled_from([0.0, -0.0, 54.0])
    ),
)


def bins_of(column):
    return nested_bins(summarise(np.sort(column)))


@settings(max_examples=40, deadline=None)
@given(COLUMNS)
def test_a_code_is_the_bin_that_digitize_finds(column):
    for bins in bins_of(column):
        edges = bins.starts[1:]
        assert bins.codes(column).tolist() == np.digitize(column, edges).tolist()


@settings(max_examples=40, deadline=None)
@given(COLUMNS)
def test_what_stands_for_a_bin_lies_in_it_and_has_half_its_rows_on_either_side(column):
    for bins in bins_of(column):
        codes = bins.codes(column)
        assert bins.codes(bins.values).tolist() == list(range(len(bins.values)))
        for number, value in enumerate(bins.values):
            rows = column[codes == number]
            assert 2 * (rows <= value).sum() >= len(rows)
            assert 2 * (rows >= value).sum() >= len(rows)


@settings(max_examples=40, deadline=None)
@given(COLUMNS)
def test_there_are_at_most_so_many_bins_and_each_lies_whole_in_a_coarser_one(column):
    levels = bins_of(column)
    for most, bins in zip(MOST_BINS, levels, strict=True):
        assert 1 <= len(bins.starts) <= most
        assert (np.diff(bins.starts) > 0).all()
    for fine, coarse in pairwise(levels):
        through = parents(fine, coarse)[fine.codes(column)]
        assert through.tolist() == coarse.codes(column).tolist()


@settings(max_examples=40, deadline=None)
@given(arrays(np.float64, st.integers(1, 300), elements=st.integers(-60, 60)))
def test_a_column_with_few_values_keeps_them(column):
    distinct = np.unique(column)
    for most, bins in zip(MOST_BINS, bins_of(column), strict=True):
        assert bins.is_cut == (len(distinct) > most)
        if not bins.is_cut:
            assert bins.values.tolist() == distinct.tolist()
            assert bins.values[bins.codes(column)].tolist() == column.tolist()


@settings(max_examples=40, deadline=None)
@given(COLUMNS, st.integers(1, 5))
def test_bins_are_the_same_bits_however_the_rows_are_dealt_to_partitions(column, pieces):
    whole = bins_of(column)
    parts = np.array_split(np.random.default_rng(0).permutation(column), pieces)
    merged = nested_bins(merge_quantiles([summarise(np.sort(part)) for part in parts]))
    for one, other in zip(whole, merged, strict=True):
        assert one.starts.tobytes() == other.starts.tobytes()
        assert one.values.tobytes() == other.values.tobytes()


def test_bins_of_a_continuous_column_hold_about_equally_many_rows():
    column = np.random.default_rng(0).lognormal(sigma=3.0, size=50_000)
    for most, bins in zip(MOST_BINS, bins_of(column), strict=True):
        rows = np.bincount(bins.codes(column), minlength=len(bins.starts))
        assert bins.is_cut
        assert rows.max() < 2.2 * len(column) / most


def test_a_value_that_most_rows_have_gets_a_bin_and_leaves_the_others_to_the_rest():
    chance = np.random.default_rng(0)
    column = np.append(np.full(90_000, 54.0), chance.normal(60.0, 20.0, 10_000))
    bins = bins_of(column)[MOST_BINS.index(31)]
    rows = np.bincount(bins.codes(column))
    assert 54.0 in bins.values
    assert len(rows) > 25
    assert np.sort(rows)[-2] < 1_500


def test_a_column_without_a_value_has_one_bin():
    bins = bins_of(np.zeros(0))[0]
    assert (len(bins.starts), bins.is_cut) == (1, False)


@pytest.mark.parametrize(("rows", "cut"), [(248, ()), (249, ("b",))])
def test_cut_features_are_those_whose_values_are_lost(rows, cut):
    few, many = np.zeros(rows), np.arange(float(rows))
    assert cut_features("ab", [bins_of(few)[0], bins_of(many)[0]]) == cut
