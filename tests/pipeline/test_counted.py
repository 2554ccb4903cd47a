from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.bins import MOST_BINS
from pipeline.coarseness import EXACT, GRAINS, Rule
from pipeline.counted import bounded, count_rows, merge_counted
from pipeline.errors import DataError
from pipeline.ladder import make_ladder
from pipeline.quantiles import summarise

LEVELS = 1 + len(MOST_BINS)


def made(rows, seed):
    """Columns that bins cut and one that they leave alone, labels, and test marks."""
    chance = np.random.default_rng(seed)
    columns = [chance.lognormal(size=rows), chance.normal(size=rows), chance.integers(0, 3, rows)]
    test = chance.random(rows) < 0.3
    return [column + 0.0 for column in columns], chance.integers(0, 4, rows), test


def counted_parts(columns, labels, test, pieces):
    cuts = np.array_split(np.random.default_rng(pieces).permutation(len(labels)), pieces)
    return [
        count_rows([column[rows] for column in columns], labels[rows], {"test": test[rows]})
        for rows in cuts
    ]


def ladder_of(columns):
    return make_ladder([summarise(np.sort(column)) for column in columns])


def content(counted):
    rows = zip(*(column.to_pylist() for column in counted.table.columns), strict=True)
    return counted.level, sorted(rows)


def brute_force(columns, labels, test, level, ladder):
    """Rows of digitized features and label with their counts, by ``np.unique``."""
    if level > EXACT:
        edges = [bins.starts[1:] for bins in ladder.bins[level - 1]]
        columns = [np.digitize(*pair) for pair in zip(columns, edges, strict=True)]
    rows = np.column_stack([*columns, labels])
    distinct, place, counts = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    tests = np.bincount(place.ravel(), test, len(distinct)).astype(int)
    return sorted(map(tuple, np.column_stack([distinct, counts, tests]).tolist()))


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 300), st.integers(0, 5), st.integers(0, LEVELS - 1))
def test_counts_at_every_level_are_those_of_digitized_rows(rows, seed, level):
    columns, labels, test = made(rows, seed)
    ladder = ladder_of(columns)
    rule = Rule(limits=(0,) * level + (None,))
    found = bounded(count_rows(columns, labels, {"test": test}), ladder, rule)
    assert content(found) == (level, brute_force(columns, labels, test, level, ladder))


@settings(max_examples=40, deadline=None)
@given(
    st.integers(2, 400),
    st.integers(0, 5),
    st.integers(1, 9),
    st.integers(40, 400),
    st.sampled_from(["auto", "binned"]),
)
def test_the_level_and_the_counts_are_the_same_however_rows_are_dealt(
    rows, seed, pieces, most, grain
):
    columns, labels, test = made(rows, seed)
    ladder, rule = ladder_of(columns), GRAINS[grain].rule(most)
    whole = merge_counted(counted_parts(columns, labels, test, 1), ladder, rule)
    parts = merge_counted(counted_parts(columns, labels, test, pieces), ladder, rule)
    assert content(whole) == content(parts)
    assert whole.exact_rows.hashes.tolist() == parts.exact_rows.hashes.tolist()


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 300), st.integers(0, 5), st.integers(40, 300))
def test_the_level_is_the_finest_whose_distinct_rows_keep_the_limit(rows, seed, most):
    columns, labels, test = made(rows, seed)
    ladder = ladder_of(columns)
    rule = replace(GRAINS["auto"].rule(most), coarsest=None)
    found = bounded(count_rows(columns, labels, {}), ladder, rule)
    sizes = [
        len(brute_force(columns, labels, test, level, ladder)) for level in range(found.level + 1)
    ]
    assert sizes[-1] == found.table.num_rows <= most
    assert all(size > most for size in sizes[:-1])


def test_no_table_of_unique_rows_ever_holds_more_than_the_limit():
    chance = np.random.default_rng(0)
    columns = [chance.random(60_000) for _ in range(6)]
    labels = chance.integers(0, 3, 60_000)
    ladder, rule = ladder_of(columns), replace(GRAINS["auto"].rule(1_000), coarsest=None)
    pieces = counted_parts(columns, labels, labels == 0, 20)
    tables = [bounded(piece, ladder, rule) for piece in pieces]
    while len(tables) > 1:
        assert max(one.table.num_rows for one in tables) <= 1_000
        tables = [merge_counted(tables[i : i + 3], ladder, rule) for i in range(0, len(tables), 3)]
    assert tables[0].table.num_rows <= 1_000
    assert tables[0].table.column("count").to_numpy().sum() == 60_000
    assert tables[0].exact_rows.rows == pytest.approx(60_000, rel=0.07)


def test_past_the_coarsest_level_worth_it_no_row_is_kept_but_how_many_there_were_is():
    columns, labels, test = made(400, 0)
    ladder, rule = ladder_of(columns), GRAINS["auto"].rule(3)
    found = merge_counted(counted_parts(columns, labels, test, 4), ladder, rule)
    assert rule.is_too_coarse(found.level)
    assert found.table.num_rows == 0
    assert found.exact_rows.rows == count_rows(columns, labels, {}).table.num_rows


def test_many_distinct_rows_end_a_run_that_wants_exact_values():
    columns, labels, _ = made(50, 0)
    with pytest.raises(DataError, match="more than 49 distinct flows are left"):
        bounded(count_rows(columns, labels, {}), ladder_of(columns), GRAINS["exact"].rule(49))
