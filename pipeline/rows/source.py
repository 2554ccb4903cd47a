"""Rows of one task and split where they lie: read part by part, each with a number and a turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.flows import Booleans, Floats, Integers
from pipeline.labelled import label_codes, pack, unpack
from pipeline.manifest import Manifest, Part, read_part
from pipeline.moments import Moments, column_moments

Side = Literal["train", "test"]
Turns = NDArray[np.uint64]

_STEP: Final = np.uint64(0x9E3779B97F4A7C15)
_ROUNDS: Final = ((30, np.uint64(0xBF58476D1CE4E5B9)), (27, np.uint64(0x94D049BB133111EB)))


@dataclass(frozen=True, kw_only=True, eq=False)
class PartRows:
    """One part's rows as they travel to a worker; the mask of test rows travels as bits.

    ``first_row`` is how many usable rows stand in the parts before it, ``usable`` how many in it.
    """

    store: Path
    part: Part
    features: tuple[str, ...]
    codes: Mapping[str, int]
    test_bits: bytes
    usable: int
    first_row: int

    def count(self, side: Side) -> int:
        """How many of the rows are on this side."""
        test_rows = int(unpack(self.test_bits, self.usable).sum())
        return test_rows if side == "test" else self.usable - test_rows


@dataclass(frozen=True, kw_only=True, eq=False)
class RowSource:
    """The rows of one task on one split.

    ``class_of`` maps a label to its class; rows of other labels are left out, as are incomplete
    ones. ``masks`` holds, for each part of the manifest, bool (usable rows,): true for a test row.
    """

    store: Path
    manifest: Manifest
    split: str
    features: tuple[str, ...]
    class_of: Mapping[str, str]
    masks: tuple[Booleans, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes, sorted; a class's place is its code."""
        return tuple(sorted(set(self.class_of.values())))

    def parts(self, side: Side | None = None) -> list[PartRows]:
        """Every part, or only those that have rows on this side."""
        place = {name: code for code, name in enumerate(self.labels)}
        codes = {label: place[name] for label, name in self.class_of.items()}
        first_rows = np.cumsum([0, *map(len, self.masks)]).tolist()
        return [
            PartRows(
                store=self.store,
                part=part,
                features=self.features,
                codes=codes,
                test_bits=pack(mask),
                usable=len(mask),
                first_row=first_row,
            )
            for part, mask, first_row in zip(
                self.manifest.parts, self.masks, first_rows, strict=False
            )
            if side is None or (mask if side == "test" else ~mask).any()
        ]


@dataclass(frozen=True, kw_only=True, eq=False)
class RowBlock:
    """Rows as models take them: X float64 (rows, features), y int64, and each row's turn."""

    X: Floats
    y: Integers
    turns: Turns


@dataclass(frozen=True, kw_only=True, eq=False)
class LoadedPart:
    """A part in memory: its columns, and place, class, side and turn of every usable row."""

    columns: pa.Table
    place: Integers
    y: Integers
    is_test: Booleans
    turns: Turns

    def rows(self, side: Side, cutoffs: Turns | None = None) -> Integers:
        """Which usable rows are on this side and have their turn by the cutoff of their class."""
        wanted = self.is_test if side == "test" else ~self.is_test
        if cutoffs is not None:
            wanted = wanted & (self.turns <= cutoffs[self.y])
        return np.flatnonzero(wanted)

    def block(self, side: Side, cutoffs: Turns | None = None) -> RowBlock:
        """The features, classes and turns of those rows, in the order of the file."""
        rows = self.rows(side, cutoffs)
        X = np.empty((len(rows), self.columns.num_columns))
        for number, column in enumerate(self.columns.columns):
            X[:, number] = column.to_numpy()[self.place[rows]]
        return RowBlock(X=X, y=self.y[rows], turns=self.turns[rows])

    def moments(self, side: Side) -> Moments:
        """The moments of all rows on this side, whatever their class."""
        rows = self.place[self.rows(side)]
        chosen = np.zeros(self.columns.num_rows, np.bool_)
        chosen[rows] = True
        columns = [column.to_numpy() for column in self.columns.columns]
        return column_moments(columns, np.zeros(len(chosen), np.int64), 1, rows=chosen)


def load_part(rows: PartRows, *, seed: int, labels_only: bool = False) -> LoadedPart:
    """Read one part; without its features where only classes and turns are wanted."""
    features = () if labels_only else rows.features
    flows = read_part(rows.store, rows.part, [*features, "label", "complete"])
    codes = label_codes(flows, rows.codes)
    place = np.flatnonzero(codes >= 0)
    return LoadedPart(
        columns=flows.select(list(features)),
        place=place,
        y=codes[place],
        is_test=unpack(rows.test_bits, len(place)),
        turns=turns(rows.first_row, len(place), seed=seed),
    )


def turns(first_row: int, rows: int, *, seed: int) -> Turns:
    """uint64 (rows,): when each row has its turn in a draw; no two rows of a data set share one.

    A row's turn depends on the seed and on its number among all usable rows, so a draw is the same
    however the rows are cut into parts. The function is SplitMix64 (Steele, Lea and Flood 2014),
    one-to-one in the row's number.

    >>> bool((turns(0, 5, seed=1)[3:] == turns(3, 2, seed=1)).all())
    True
    """
    mixed = np.arange(first_row, first_row + rows, dtype=np.uint64)
    start = np.random.SeedSequence(seed).generate_state(1, np.uint64)[0]
    with np.errstate(over="ignore"):
        mixed = mixed * _STEP + start
        for shift, factor in _ROUNDS:
            mixed = (mixed ^ (mixed >> np.uint64(shift))) * factor
    result: Turns = mixed ^ (mixed >> np.uint64(31))
    return result
