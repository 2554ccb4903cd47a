"""Rows drawn one by one before it is known which share of them is wanted, then counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from pipeline.coarseness import EXACT
from pipeline.counted import Counted, group, joined, uncounted
from pipeline.distinct import DistinctSketch, merge_sketches
from pipeline.flows import Booleans, Floats, Integers
from pipeline.row_hashes import Hashes

_DRAW = "draw"


@dataclass(frozen=True, kw_only=True, eq=False)
class Drawn:
    """Rows of a random share, none counted with another yet, and how many of all rows differ.

    Attributes
    ----------
    table
        As :class:`Counted` has it at the exact level, each row by itself; ``draw`` is the hash of
        its number.
    share
        Of all rows, those that were drawn.
    exact_rows
        Of the distinct rows of all that were drawn from.
    """

    table: pa.Table
    share: float
    exact_rows: DistinctSketch


def is_drawn(draws: Hashes, share: float) -> Booleans:
    """Mark the rows of a random share, less than all, by the hashes of their numbers.

    Those of a smaller share are among those of a larger one.

    >>> from pipeline.row_hashes import number_hashes
    >>> is_drawn(number_hashes(0, 1000), 0.1).sum()
    np.int64(90)
    """
    drawn: Booleans = draws < np.uint64(share * 2.0**64)
    return drawn


def draw_rows(
    columns: Sequence[Floats],
    labels: Integers,
    marks: Mapping[str, Booleans],
    *,
    draws: Hashes,
    share: float,
    exact_rows: DistinctSketch,
) -> Drawn:
    """The rows that were drawn, with their features, labels and marks."""
    table = uncounted(columns, labels, marks).append_column(_DRAW, pa.array(draws))
    return Drawn(table=table, share=share, exact_rows=exact_rows)


def merge_drawn(several: Sequence[Drawn]) -> Drawn:
    """All the rows together."""
    table = joined([one.table for one in several])
    sketch = merge_sketches([one.exact_rows for one in several])
    return replace(several[0], table=table, exact_rows=sketch)


def count_drawn(drawn: Drawn, share: float) -> Counted:
    """The rows of a share no larger than that which was drawn, counted."""
    wanted = is_drawn(drawn.table.column(_DRAW).to_numpy(), share)
    table = drawn.table.drop_columns([_DRAW]).filter(pa.array(wanted))
    return Counted(table=group(table), level=EXACT, exact_rows=drawn.exact_rows)
