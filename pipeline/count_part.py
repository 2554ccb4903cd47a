"""One partition to counted rows, for every group of features that is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from pipeline.coarseness import Rule
from pipeline.counted import Counted, bounded, count_rows
from pipeline.distinct import sketch_hashes
from pipeline.drawn import Drawn, draw_rows, is_drawn
from pipeline.flows import Booleans, Floats, Integers
from pipeline.labelled import label_codes
from pipeline.ladder import Ladder
from pipeline.manifest import Part, read_part
from pipeline.row_folds import PartFolds
from pipeline.row_hashes import Hashes, exact_hashes, number_hashes
from pipeline.shared_masks import PartMask


@dataclass(frozen=True, kw_only=True, eq=False)
class PartGroup:
    """What to count in one part.

    ``codes`` maps a label to its code; ``marks`` holds, for each split, which are test rows and
    the folds of the others. Of the usable rows, which are numbered from ``first_row`` over all
    parts, a random ``share`` is counted; or it is drawn and kept row by row, and it is estimated
    how many of all usable rows differ.
    """

    features: tuple[str, ...]
    codes: dict[str, int]
    marks: list[tuple[PartMask, PartFolds | None]]
    first_row: int
    share: float = 1.0
    is_counted: bool = True


def count_part(
    store: Path, part: Part, groups: Sequence[PartGroup], ladders: Sequence[Ladder], rule: Rule
) -> list[Counted | Drawn]:
    """The part's usable rows, counted for each group and as coarse as the rule has them, or drawn.

    What comes back for a group is :class:`Drawn` where it is not to be counted.
    """
    columns = dict.fromkeys(name for group in groups for name in group.features)
    flows = read_part(store, part, [*columns, "label", "complete"])
    return [
        bounded(_count_group(flows, group), ladder, rule)
        if group.is_counted
        else _draw_group(flows, group)
        for group, ladder in zip(groups, ladders, strict=True)
    ]


def _count_group(flows: pa.Table, group: PartGroup) -> Counted:
    codes = label_codes(flows, group.codes)
    rows, marks = _usable(group, codes) if group.share >= 1.0 else _drawn(group, codes)[:2]
    return count_rows(_values(flows, group, rows), codes[rows], marks)


def _draw_group(flows: pa.Table, group: PartGroup) -> Drawn:
    codes = label_codes(flows, group.codes)
    rows, marks, draws = _drawn(group, codes)
    of_row = [flows.column(name).to_numpy() for name in group.features]
    hashes = exact_hashes([*of_row, codes])[codes >= 0]
    return draw_rows(
        _values(flows, group, rows),
        codes[rows],
        marks,
        draws=draws,
        share=group.share,
        exact_rows=sketch_hashes(hashes, np.ones(len(hashes), np.uint8)),
    )


def _usable(group: PartGroup, codes: Integers) -> tuple[Integers, dict[str, Booleans]]:
    """The places of the usable rows, and their marks."""
    usable = np.flatnonzero(codes >= 0)
    marks: dict[str, Booleans] = {}
    for place, (mask, folds) in enumerate(group.marks):
        marks |= _marks_of_rows(place, mask.read(len(usable)), folds)
    return usable, marks


def _drawn(group: PartGroup, codes: Integers) -> tuple[Integers, dict[str, Booleans], Hashes]:
    """The same of the share's rows, whichever part they are in, and their draws."""
    usable, marks = _usable(group, codes)
    draws = number_hashes(group.first_row, len(usable))
    drawn = is_drawn(draws, group.share)
    return usable[drawn], {name: mark[drawn] for name, mark in marks.items()}, draws[drawn]


def _values(flows: pa.Table, group: PartGroup, rows: Integers) -> list[Floats]:
    """The features of these rows; -0.0, which is equal to 0.0 but another group, becomes 0.0."""
    columns = [flows.column(name).to_numpy()[rows] for name in group.features]
    for column in columns:
        column += 0.0
    return columns


def _marks_of_rows(place: int, is_test: Booleans, folds: PartFolds | None) -> dict[str, Booleans]:
    """The columns that mark the test rows, and those of each fold, for the marks at a place."""
    fold_of_row = folds.read() if folds else is_test
    of_folds = {f"fold{place}_{n}": fold_of_row == n for n in range(folds.folds if folds else 0)}
    return {f"test{place}": is_test} | of_folds
