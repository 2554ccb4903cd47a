from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.distinct import MOST_HASHES, merge_sketches, share_with
from pipeline.distinct import sketch_hashes as sketch_counted


def sketch_hashes(rows):
    """Each row counted once."""
    return sketch_counted(rows, np.ones(len(rows), np.int64))


def hashes(rows, seed=0):
    return np.random.default_rng(seed).integers(0, 2**64, rows, np.uint64)


@settings(max_examples=40)
@given(st.lists(st.integers(0, 300), max_size=400))
def test_few_distinct_rows_are_counted_exactly(values):
    sketch = sketch_hashes(np.array(values, np.uint64))
    assert (sketch.rows, sketch.is_exact) == (len(set(values)), True)


@pytest.mark.parametrize("rows", [MOST_HASHES, 20_000, 200_000])
def test_many_distinct_rows_are_estimated_within_four_standard_errors(rows):
    sketch = sketch_hashes(hashes(rows))
    assert not sketch.is_exact
    assert abs(sketch.rows - rows) <= 4 * rows / MOST_HASHES**0.5


@settings(max_examples=40)
@given(st.integers(1, 9), st.integers(0, 9))
def test_a_merged_sketch_is_that_of_all_rows_whatever_their_partitions_and_repeats(pieces, seed):
    rows = hashes(9_000, seed)
    twice = np.append(np.full(4_000, 2), np.ones(5_000, np.int64))
    repeated = np.random.default_rng(seed).permutation(np.append(rows, rows[:4_000]))
    parts = [sketch_hashes(part) for part in np.array_split(repeated, pieces)]
    merged, whole = merge_sketches(parts), sketch_counted(rows, twice)
    assert merged.hashes.tolist() == whole.hashes.tolist()
    assert merged.counts.tolist() == whole.counts.tolist()


@settings(max_examples=20)
@given(st.integers(0, 9), st.floats(0.02, 0.98))
def test_the_distinct_rows_of_a_share_are_foretold(seed, share):
    chance = np.random.default_rng(seed)
    rows = hashes(30_000, seed)[np.minimum(chance.geometric(1e-4, 60_000), 29_999)]
    sketch = sketch_hashes(rows)
    drawn = rows[chance.random(len(rows)) < share]
    assert sketch.rows_of_share(share) == pytest.approx(len(np.unique(drawn)), rel=0.08)


def test_the_share_with_so_many_distinct_rows_is_found_and_is_at_most_all():
    sketch = sketch_hashes(np.append(hashes(3_000), hashes(3_000)))
    share = share_with(sketch, distinct_rows=1_500)
    assert sketch.rows_of_share(share) == pytest.approx(1_500, abs=0.01)
    assert share_with(sketch, distinct_rows=10_000) == pytest.approx(1.0)
