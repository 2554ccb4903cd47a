from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.distinct import MOST_HASHES, merge_sketches, sketch_hashes


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
    repeated = np.random.default_rng(seed).permutation(np.append(rows, rows[:4_000]))
    parts = [sketch_hashes(part) for part in np.array_split(repeated, pieces)]
    assert merge_sketches(parts).hashes.tolist() == sketch_hashes(rows).hashes.tolist()
