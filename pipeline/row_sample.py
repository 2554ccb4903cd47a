"""A seeded sample of a store's rows, the same rows however they lie in files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from dask import delayed

from pipeline.flows import Booleans, Floats, Integers
from pipeline.labelled import label_codes
from pipeline.manifest import Manifest, Part, read_part
from pipeline.split import Masks


@dataclass(frozen=True, kw_only=True, eq=False)
class RowSample:
    """Rows as they stand in their files: float64 (features, rows), and the codes of their labels.

    A negative zero is a zero here, so that equal numbers are the same bits.
    """

    columns: Floats
    codes: Integers


@dataclass(frozen=True, kw_only=True, eq=False)
class PartDraw:
    """The rows of one part that are drawn, by their places among its usable rows, and their file.

    A pass that reads all columns anyway leaves them there for whoever comes later, so that they
    neither take a pass of their own nor travel through the scheduler.
    """

    path: Path
    places: Integers

    def keep(self, columns: Sequence[Floats], codes: Integers) -> None:
        """Write the drawn rows, given the columns and label codes of all usable ones."""
        drawn = np.stack([column[self.places] for column in columns]) + 0.0
        unfinished = self.path.with_suffix(f".{os.getpid()}.npz")
        np.savez(unfinished, columns=drawn, codes=codes[self.places])
        unfinished.replace(self.path)


def part_draws(drawn: Masks, folder: Path) -> list[PartDraw]:
    """What is drawn of each part, with a file in the folder for each."""
    folder.mkdir(exist_ok=True)
    return [
        PartDraw(path=folder / f"{number}.npz", places=np.flatnonzero(mask))
        for number, mask in enumerate(drawn)
    ]


def load_drawn(paths: Sequence[Path]) -> RowSample:
    """The rows that parts have kept in these files, in their order."""
    return _join([_load(path) for path in paths])


def draw_rows(masks: Masks, *, rows: int, seed: int) -> Masks:
    """Mark so many of the marked rows at random, or of all rows where none is marked.

    >>> draw_rows((np.array([True, False]), np.array([True, True])), rows=3, seed=0)
    (array([ True, False]), array([ True,  True]))
    """
    is_marked = any(mask.any() for mask in masks)
    eligible = [mask if is_marked else ~mask for mask in masks]
    ends = np.cumsum([int(mask.sum()) for mask in eligible])
    total = int(ends[-1])
    chance = np.random.default_rng(seed)
    drawn = np.sort(chance.choice(total, min(rows, total), replace=False, shuffle=False))
    of_parts = np.split(drawn, np.searchsorted(drawn, ends[:-1]))
    starts = np.append(0, ends[:-1])
    return tuple(map(_only, eligible, [part - s for part, s in zip(of_parts, starts, strict=True)]))


def read_rows(
    store: Path,
    manifest: Manifest,
    *,
    labels: Sequence[str],
    wanted: Sequence[Masks],
    features: Sequence[str] | None = None,
) -> list[Any]:
    """For each thing wanted, a delayed `RowSample` of the rows it marks; one pass reads them all.

    The rows' codes are the places of their labels in ``labels``; their columns are ``features``, or
    all that there are. A part without a marked row is
    not read.
    """
    columns = tuple(manifest.features if features is None else features)
    parts = [
        delayed(_read_part, nout=len(wanted))(
            store, part, columns, tuple(labels), [np.flatnonzero(masks[number]) for masks in wanted]
        )
        for number, part in enumerate(manifest.parts)
        if any(masks[number].any() for masks in wanted)
    ]
    return [delayed(_join)([part[place] for part in parts]) for place in range(len(wanted))]


def _only(mask: Booleans, places: Integers) -> Booleans:
    """Of the marked rows, only those at these places among them."""
    chosen = np.zeros(len(mask), np.bool_)
    chosen[np.flatnonzero(mask)[places]] = True
    return chosen


def _read_part(
    store: Path,
    part: Part,
    features: Sequence[str],
    labels: tuple[str, ...],
    wanted: Sequence[Integers],
) -> list[RowSample]:
    flows = read_part(store, part, [*features, "label", "complete"])
    codes = label_codes(flows, {label: code for code, label in enumerate(labels)})
    places = np.flatnonzero(codes >= 0)
    chosen = [places[of_usable] for of_usable in wanted]
    columns = [flows.column(name).to_numpy() for name in features]
    return [
        RowSample(columns=np.stack([column[rows] for column in columns]) + 0.0, codes=codes[rows])
        for rows in chosen
    ]


def _load(path: Path) -> RowSample:
    with np.load(path, allow_pickle=False) as arrays:
        return RowSample(columns=arrays["columns"], codes=arrays["codes"])


def _join(parts: Sequence[RowSample]) -> RowSample:
    return RowSample(
        columns=np.concatenate([part.columns for part in parts], axis=1),
        codes=np.concatenate([part.codes for part in parts]),
    )
