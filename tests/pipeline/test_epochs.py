from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import RandomState
from sklearn.utils import shuffle

from pipeline.epochs import cut_batches, drawn_epochs, whole_epochs


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=30), st.integers(0, 1000))
def test_whole_epochs_hold_every_flow_once_in_the_orders_of_the_original(counts, seed):
    counts = np.array(counts)
    flows, chance = np.repeat(np.arange(len(counts)), counts), RandomState(seed)
    epochs = whole_epochs(counts.astype(float), RandomState(seed))
    for _ in range(3):
        flows = shuffle(flows, random_state=chance)
        np.testing.assert_array_equal(next(epochs), flows)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 10**7), min_size=3, max_size=30), st.integers(0, 1000))
def test_a_drawn_epoch_holds_each_row_by_its_share_to_within_one_flow(counts, seed):
    counts = np.array(counts, float)
    rows = next(drawn_epochs(counts, RandomState(seed), flows=30_000))
    drawn = np.bincount(rows, minlength=len(counts))
    assert drawn.sum() == 30_000
    assert np.abs(drawn - counts / counts.sum() * 30_000).max() < 1


def test_batches_cut_an_epoch_into_counted_pieces():
    chance = np.random.default_rng(0)
    table = chance.normal(size=(40, 2)), np.eye(3)[chance.integers(0, 3, 40)], np.ones(40)
    rows = chance.integers(0, 40, 1_030)
    batches = cut_batches(table, rows, size=100)
    assert [counts.sum() for _, _, counts in batches] == [100] * 10 + [30]
    for number, (X, y, counts) in enumerate(batches):
        of_batch = rows[100 * number : 100 * (number + 1)]
        assert counts @ X == pytest.approx(table[0][of_batch].sum(axis=0))
        assert counts @ y == pytest.approx(table[1][of_batch].sum(axis=0))
        assert len(X) == len(set(of_batch))
