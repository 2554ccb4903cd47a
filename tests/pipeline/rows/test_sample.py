from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rows.allot import RARE_ROWS, allot
from pipeline.rows.sample import count_rows, draw_samples
from pipeline.rows.source import load_part

CLASS_ROWS = st.lists(st.integers(0, 10**8), min_size=1, max_size=34).map(np.array)


@given(class_rows=CLASS_ROWS, budget=st.integers(1, 10**7))
def test_an_allotment_is_the_budget_and_no_class_gives_more_than_it_has(class_rows, budget):
    given_rows = allot(class_rows, budget)
    assert given_rows.sum() == min(budget, class_rows.sum())
    assert ((given_rows >= 0) & (given_rows <= class_rows)).all()


@given(class_rows=CLASS_ROWS, budget=st.integers(34 * RARE_ROWS, 10**7))
def test_a_rare_class_has_its_floor_or_all_its_rows(class_rows, budget):
    assert (allot(class_rows, budget) >= np.minimum(class_rows, RARE_ROWS)).all()


def test_large_classes_share_in_proportion():
    found = allot(np.array([7_200_504, 4_059_190, 28_790]), 100_000)
    np.testing.assert_allclose(found / 100_000, [0.63786, 0.35958, 0.00255], atol=1e-5)


@pytest.mark.parametrize("side", ["train", "test"])
def test_the_rows_drawn_are_the_same_however_the_rows_are_cut(side, source, source_of):
    whole, cut = (_drawn(one, side, budget=300) for one in (source_of(1), source))
    np.testing.assert_array_equal(cut, whole)
    assert len(cut) == 300


def test_a_sample_has_the_rows_of_each_class_that_were_allotted(source):
    (sample,) = draw_samples(source, side="train", budgets=[500], seed=0)
    blocks = [load_part(part, seed=0).block("train", sample.cutoffs) for part in source.parts()]
    found = np.bincount(np.concatenate([block.y for block in blocks]), minlength=3)
    np.testing.assert_array_equal(found, sample.used_rows)
    np.testing.assert_array_equal(sample.used_rows, allot(sample.class_rows, 500))
    np.testing.assert_array_equal(sample.class_rows, count_rows(source, side="train"))


def test_a_smaller_sample_is_part_of_a_larger_one(source):
    small, large = draw_samples(source, side="train", budgets=[100, 900], seed=0)
    assert (small.cutoffs <= large.cutoffs).all()
    assert (small.used, large.used) == (100, 900)


def test_a_budget_of_all_rows_draws_every_row(source, is_test):
    assert len(_drawn(source, "train", budget=10**9)) == (~is_test).sum()


def test_another_seed_draws_other_rows(source):
    first, second = (_drawn(source, "train", budget=300, seed=seed) for seed in (0, 1))
    assert 0 < len(np.intersect1d(first[:, 0], second[:, 0])) < 200


def _drawn(source, side, *, budget, seed=0):
    (sample,) = draw_samples(source, side=side, budgets=[budget], seed=seed)
    parts = [load_part(part, seed=seed) for part in source.parts()]
    return np.vstack([part.block(side, sample.cutoffs).X for part in parts])
