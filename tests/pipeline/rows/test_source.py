from __future__ import annotations

import numpy as np
import pytest

from pipeline.rows.source import load_part, turns


@pytest.mark.parametrize("side", ["train", "test"])
def test_the_blocks_of_all_parts_are_the_rows_of_the_side_in_their_order(
    side, source, table, is_test
):
    X, y = table
    wanted = is_test if side == "test" else ~is_test
    blocks = [load_part(part, seed=1).block(side) for part in source.parts(side)]
    np.testing.assert_array_equal(np.vstack([block.X for block in blocks]), X[wanted])
    np.testing.assert_array_equal(np.concatenate([block.y for block in blocks]), y[wanted])
    assert [part.count(side) for part in source.parts(side)] == [len(block.y) for block in blocks]


def test_no_two_rows_share_a_turn_and_turns_are_spread_evenly():
    found = turns(0, 100_000, seed=5)
    assert len(np.unique(found)) == len(found)
    shares = np.histogram(found.astype(np.float64) / 2.0**64, bins=10, range=(0, 1))[0] / len(found)
    assert np.abs(shares - 0.1).max() < 0.005


def test_another_seed_gives_other_turns():
    together = np.corrcoef(turns(0, 10_000, seed=0), turns(0, 10_000, seed=1))[0, 1]
    assert abs(together) < 0.05
