from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.canonical import lexicographic_order


@settings(max_examples=40)
@given(st.integers(1, 200), st.integers(1, 12), st.integers(0, 9))
def test_rows_are_ordered_as_by_lexsort_over_all_columns(rows, columns, seed):
    chance = np.random.default_rng(seed)
    values = [chance.normal(size=size) for size in chance.integers(1, 120, columns)]
    table = [chance.choice(distinct, rows) for distinct in values]
    ordered = np.column_stack(table)[lexicographic_order(table)]
    assert ordered.tolist() == sorted(np.column_stack(table).tolist())


def test_columns_of_many_values_are_spread_over_several_words():
    chance = np.random.default_rng(0)
    table = [chance.integers(0, 5, 70_000), *chance.random((6, 70_000))]
    assert lexicographic_order(table).tolist() == np.lexsort(table[::-1]).tolist()
