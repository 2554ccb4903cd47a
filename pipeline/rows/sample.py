"""Stratified row budgets: how many rows of each class, and which, whatever the partitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from pipeline.flows import Integers
from pipeline.rows.allot import allot
from pipeline.rows.source import PartRows, RowSource, Side, Turns, load_part
from pipeline.tree import merge_by_tree


@dataclass(frozen=True, kw_only=True, eq=False)
class RowSample:
    """A draw of the rows of one side: of each class those whose turn comes first.

    Attributes
    ----------
    class_rows
        int64, (classes,): rows that there are.
    used_rows
        int64, (classes,): rows drawn.
    cutoffs
        uint64, (classes,): the last turn that is drawn; a class without rows has 0.
    """

    side: Side
    seed: int
    class_rows: Integers
    used_rows: Integers
    cutoffs: Turns

    @property
    def asked(self) -> int:
        """All rows of the side."""
        return int(self.class_rows.sum())

    @property
    def used(self) -> int:
        """The rows drawn."""
        return int(self.used_rows.sum())


def draw_samples(
    source: RowSource, *, side: Side, budgets: Sequence[int], seed: int
) -> list[RowSample]:
    """A sample for each budget; a smaller one is part of a larger one.

    Two passes over the label column: the rows of each class, then the turns that come first, which
    meet eight tables at a time.
    """
    parts = source.parts()
    class_rows = count_rows(source, side=side)
    used = [allot(class_rows, budget) for budget in budgets]
    most: Integers = np.max(used, axis=0)
    first = merge_by_tree(
        parts,
        load=partial(_first_turns, side=side, seed=seed, most=most),
        merge=partial(_merge_turns, most=most),
    )
    return [
        RowSample(
            side=side,
            seed=seed,
            class_rows=class_rows,
            used_rows=rows,
            cutoffs=np.array([_last(*pair) for pair in zip(first, rows, strict=True)], np.uint64),
        )
        for rows in used
    ]


def count_rows(source: RowSource, *, side: Side) -> Integers:
    """int64 (classes,): the rows of each class on one side."""
    load = partial(_class_rows, side=side, classes=len(source.labels))
    return merge_by_tree(source.parts(), load=load, merge=_added)


def _class_rows(rows: PartRows, *, side: Side, classes: int) -> Integers:
    part = load_part(rows, seed=0, labels_only=True)
    counts: Integers = np.bincount(part.y[part.rows(side)], minlength=classes).astype(np.int64)
    return counts


def _added(counts: Sequence[Integers]) -> Integers:
    total: Integers = np.sum(counts, axis=0, dtype=np.int64)
    return total


def _first_turns(rows: PartRows, *, side: Side, seed: int, most: Integers) -> list[Turns]:
    """For each class, its first turns in order, at most as many as are wanted of all rows."""
    part = load_part(rows, seed=seed, labels_only=True)
    chosen = part.rows(side)
    y, turns = part.y[chosen], part.turns[chosen]
    return [np.sort(turns[y == code])[:wanted] for code, wanted in enumerate(most)]


def _merge_turns(tables: Sequence[list[Turns]], *, most: Integers) -> list[Turns]:
    return [
        np.sort(np.concatenate(of_class))[:wanted]
        for of_class, wanted in zip(zip(*tables, strict=True), most, strict=True)
    ]


def _last(turns: Turns, rows: int) -> np.uint64:
    return np.uint64(turns[rows - 1]) if rows else np.uint64(0)
