"""Rows counted at some coarseness: tables that Arrow groups, merges and makes coarser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pyarrow as pa

from pipeline.coarseness import EXACT, Rule
from pipeline.distinct import DistinctSketch, count_distinct, merge_sketches, sketch_hashes
from pipeline.flows import Booleans, Floats, Integers
from pipeline.ladder import Ladder
from pipeline.row_hashes import code_hashes, exact_hashes

ROWS_AT_ONCE: Final = 1 << 20
"""Tables are put together until they have so many rows; then they are grouped."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Counted:
    """Each distinct (features, label) of some rows, told apart at one level of coarseness.

    Attributes
    ----------
    table
        A column for each feature, named by its number, float64 at the exact level and else the
        uint8 codes of bins; ``label``; ``count``; and any other sums, such as how many of the
        counted rows are test rows. Rows stand in no order.
    exact_rows
        Of the distinct rows at the exact level.
    """

    table: pa.Table
    level: int
    exact_rows: DistinctSketch

    @property
    def features(self) -> list[str]:
        """The columns that hold features."""
        return [name for name in self.table.column_names if name.isdigit()]


def count_rows(
    columns: Sequence[Floats], labels: Integers, marks: Mapping[str, Booleans]
) -> Counted:
    """The rows with these features and labels, counted at the exact level.

    Each mark becomes a column that tells how many of the counted rows carry it.
    """
    table = group(uncounted(columns, labels, marks))
    features = map(str, range(len(columns)))
    of_row = [table.column(name).to_numpy() for name in (*features, "label")]
    sketch = sketch_hashes(exact_hashes(of_row), table.column("count").to_numpy())
    return Counted(table=table, level=EXACT, exact_rows=sketch)


def uncounted(
    columns: Sequence[Floats], labels: Integers, marks: Mapping[str, Booleans]
) -> pa.Table:
    """The same rows as they come, each with a count of one."""
    features = {str(number): column for number, column in enumerate(columns)}
    sums = {name: mark.view(np.uint8) for name, mark in marks.items()}
    ones = {"label": labels.astype(np.uint16), "count": np.ones(len(labels), np.uint8)}
    return pa.table({**features, **ones, **sums})


def joined(tables: Sequence[pa.Table]) -> pa.Table:
    """The rows of all tables, one after the other."""
    # NumPy's memory is aligned; that of a table that came over the network need not be.
    return pa.table(
        {
            name: np.concatenate([table.column(name).to_numpy() for table in tables])
            for name in tables[0].column_names
        }
    )


def merge_counted(several: Sequence[Counted], ladder: Ladder, rule: Rule) -> Counted:
    """All the rows together, at the first level at which the rule lets them be."""
    waiting: list[Counted] = []
    for number, one in enumerate(several, start=1):
        waiting.append(one)
        rows = sum(each.table.num_rows for each in waiting)
        if rows > ROWS_AT_ONCE or number == len(several):
            waiting = [bounded(_together(waiting, ladder), ladder, rule)]
    return waiting[0]


def bounded(counted: Counted, ladder: Ladder, rule: Rule) -> Counted:
    """The same rows, made coarser until they keep the rule.

    How many rows would differ at a level is counted by their hashes, so that only the level that
    is reached has to be grouped. Past the coarsest level worth it no row is kept.
    """
    level, distinct_rows = counted.level, counted.table.num_rows
    columns, labels = _arrays(counted), counted.table.column("label").to_numpy()
    while not rule.keeps(level, distinct_rows):
        next_level = rule.after(level)
        columns = _coarser(columns, level, ladder)
        level, distinct_rows = next_level, count_distinct(code_hashes(columns, labels))
    found = counted if level == counted.level else _regrouped(counted, columns, level)
    return replace(found, table=found.table[:0]) if rule.is_too_coarse(level) else found


def group(table: pa.Table) -> pa.Table:
    """Each distinct row of features and label once, with the sums of its counts.

    Sums take but the bytes they need, as tables wait for each other in memory.
    """
    keys = [name for name in table.column_names if name.isdigit() or name in ("label", "class")]
    sums = [name for name in table.column_names if name not in keys]
    grouped = table.group_by(keys, use_threads=False).aggregate([(name, "sum") for name in sums])
    rows = {name: grouped.column(name) for name in keys}
    return pa.table(rows | {name: _narrow(grouped.column(f"{name}_sum")) for name in sums})


def _narrow(sums: pa.ChunkedArray) -> np.ndarray:
    values: np.ndarray = sums.to_numpy()
    return values.astype(np.min_scalar_type(values.max(initial=0)))


def _together(several: Sequence[Counted], ladder: Ladder) -> Counted:
    level = max(one.level for one in several)
    tables = [_at(one, level, ladder).table for one in several]
    sketch = merge_sketches([one.exact_rows for one in several])
    return Counted(table=group(joined(tables)), level=level, exact_rows=sketch)


def _at(counted: Counted, level: int, ladder: Ladder) -> Counted:
    """The same rows at a coarser level; there they are the same rows whatever the way."""
    columns = _arrays(counted)
    for step in range(counted.level, level):
        columns = _coarser(columns, step, ladder)
    return counted if level == counted.level else _regrouped(counted, columns, level)


def _arrays(counted: Counted) -> list[np.ndarray]:
    return [counted.table.column(name).to_numpy() for name in counted.features]


def _coarser(columns: Sequence[np.ndarray], level: int, ladder: Ladder) -> list[np.ndarray]:
    """The codes of the next level."""
    if level == EXACT:
        return [bins.codes(one) for bins, one in zip(ladder.bins[0], columns, strict=True)]
    steps = ladder.parents[level - 1]
    return [step[one] for step, one in zip(steps, columns, strict=True)]


def _regrouped(counted: Counted, columns: Sequence[np.ndarray], level: int) -> Counted:
    others = {
        name: counted.table.column(name)
        for name in counted.table.column_names
        if not name.isdigit()
    }
    codes = {str(number): column for number, column in enumerate(columns)}
    return replace(counted, table=group(pa.table({**codes, **others})), level=level)
