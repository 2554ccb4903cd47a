"""One partition to counted rows, for every group of features that is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from pipeline.coarseness import Rule
from pipeline.counted import Counted, bounded, count_rows, sketch_rows
from pipeline.flows import Booleans, Floats
from pipeline.labelled import label_codes
from pipeline.ladder import Ladder
from pipeline.manifest import Part, read_part
from pipeline.row_folds import PartFolds
from pipeline.row_hashes import number_hashes
from pipeline.shared_masks import PartMask


@dataclass(frozen=True, kw_only=True, eq=False)
class PartGroup:
    """What to count in one part.

    ``codes`` maps a label to its code; ``marks`` holds, for each split, which are test rows and
    the folds of the others. Of the usable rows, which are numbered from ``first_row`` over all
    parts, a random ``share`` is counted; or none, and it is estimated how many of them differ.
    """

    features: tuple[str, ...]
    codes: dict[str, int]
    marks: list[tuple[PartMask, PartFolds | None]]
    first_row: int
    share: float = 1.0
    is_counted: bool = True


def count_part(
    store: Path, part: Part, groups: Sequence[PartGroup], ladders: Sequence[Ladder], rule: Rule
) -> list[Counted]:
    """The part's usable rows, counted for each group and as coarse as the rule has them."""
    columns = dict.fromkeys(name for group in groups for name in group.features)
    flows = read_part(store, part, [*columns, "label", "complete"])
    return [
        bounded(_count_group(flows, group), ladder, rule)
        for group, ladder in zip(groups, ladders, strict=True)
    ]


def _count_group(flows: pa.Table, group: PartGroup) -> Counted:
    codes = label_codes(flows, group.codes)
    usable = codes >= 0
    rows = int(usable.sum())
    drawn = _drawn(group, rows)
    columns = [_usable(flows.column(name).to_numpy(), usable) for name in group.features]
    if not group.is_counted:
        return sketch_rows(columns, codes[usable])
    marks: dict[str, Booleans] = {}
    for place, (mask, folds) in enumerate(group.marks):
        marks |= _marks_of_rows(place, mask.read(rows), folds)
    if drawn is not None:
        columns = [column[drawn] for column in columns]
        marks = {name: mark[drawn] for name, mark in marks.items()}
        usable[usable] = drawn
    # Adding zero turns -0.0, which is equal to 0.0 but another group, into 0.0.
    return count_rows([column + 0.0 for column in columns], codes[usable], marks)


def _drawn(group: PartGroup, rows: int) -> Booleans | None:
    """The rows of the share, whichever part they are in; ``None`` for all."""
    if group.share >= 1.0:
        return None
    drawn: Booleans = number_hashes(group.first_row, rows) < np.uint64(group.share * 2.0**64)
    return drawn


def _usable(column: Floats, usable: Booleans) -> Floats:
    """The usable rows; a column is not copied where all are, as is usual."""
    return column if len(column) == np.count_nonzero(usable) else column[usable]


def _marks_of_rows(place: int, is_test: Booleans, folds: PartFolds | None) -> dict[str, Booleans]:
    """The columns that mark the test rows, and those of each fold, for the marks at a place."""
    fold_of_row = folds.read() if folds else is_test
    of_folds = {f"fold{place}_{n}": fold_of_row == n for n in range(folds.folds if folds else 0)}
    return {f"test{place}": is_test} | of_folds
