from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import quantiles
from pipeline.quantiles import merge_quantiles, summarise

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


def summary_of(values):
    return summarise(np.sort(values))


@given(
    values=st.lists(st.sampled_from([-1.5, 0.0, 0.25, 7.0, 1e9]), min_size=1, max_size=60),
    cuts=st.lists(st.integers(0, 60), max_size=3).map(sorted),
)
@settings(max_examples=100, deadline=None)
def test_few_values_give_the_quantiles_of_pandas_in_any_partitioning(values, cuts):
    parts = np.split(np.array(values), cuts)
    merged = merge_quantiles([summary_of(part) for part in parts])
    assert merged.rank_error == 0.0
    expected = pd.Series(values).quantile(list(SHARES))
    assert [merged.at(share) for share in SHARES] == pytest.approx(expected.tolist(), rel=1e-15)


@pytest.mark.parametrize("parts", [1, 3, 20])
def test_many_values_give_quantiles_within_the_stated_rank_error(parts):
    values = np.random.default_rng(parts).lognormal(sigma=3, size=120_000)
    merged = merge_quantiles([summary_of(part) for part in np.array_split(values, parts)])
    assert 0 < merged.rank_error < 0.001
    for share in np.linspace(0, 1, 41):
        rank = np.searchsorted(np.sort(values), merged.at(share)) / len(values)
        assert abs(rank - share) <= merged.rank_error + 1 / len(values)


def test_a_part_with_few_values_merges_with_one_of_many():
    many = np.random.default_rng(5).normal(size=50_000)
    few = np.repeat([-3.0, 0.0, 3.0], 20_000)
    merged = merge_quantiles([summary_of(many), summary_of(few)])
    everything = np.sort(np.concatenate([many, few]))
    assert merged.rows == len(everything)
    rank = np.searchsorted(everything, [merged.at(0.25)], side="left")[0] / len(everything)
    assert abs(rank - 0.25) <= merged.rank_error + 1e-4


def test_too_many_points_are_thinned_and_the_error_says_so(monkeypatch):
    monkeypatch.setattr(quantiles, "_MOST_POINTS", 3000)
    monkeypatch.setattr(quantiles, "_FEWER_POINTS", 500)
    values = np.random.default_rng(6).normal(size=100_000)
    full = [summary_of(part) for part in np.array_split(values, 10)]
    merged = merge_quantiles(full)
    assert len(merged.values) <= 500
    assert merged.rows == len(values)
    assert merged.rank_error > full[0].rank_error
    for share in (0.1, 0.5, 0.9):
        rank = np.searchsorted(np.sort(values), merged.at(share)) / len(values)
        assert abs(rank - share) <= merged.rank_error


def test_no_values_have_no_quantile():
    assert np.isnan(merge_quantiles([summary_of(np.array([]))]).at(0.5))
