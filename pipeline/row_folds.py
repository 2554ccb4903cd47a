"""The fold of every training row: scikit-learn's shuffled, stratified folds, row for row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path

import dask
import numpy as np
from dask import delayed
from numpy.random import RandomState
from numpy.typing import NDArray

from pipeline.flows import Booleans, Integers
from pipeline.folds import fold_sizes
from pipeline.labelled import label_codes
from pipeline.manifest import Manifest, Part, read_part
from pipeline.split import Masks

Bytes = NDArray[np.uint8]
Codes = NDArray[np.uint8 | np.uint16]


@dataclass(frozen=True, kw_only=True)
class PartFolds:
    """The folds of one part's rows: a slice of the file of its split.

    Without a file, every row is a training row of the one fold.
    """

    path: Path | None
    folds: int
    start: int
    stop: int

    def read(self) -> Integers:
        """int64 (usable rows,): the fold of each training row, ``folds`` for a test row."""
        if self.path is None:
            return np.zeros(self.stop - self.start, np.int64)
        of_rows: Bytes = np.load(self.path, mmap_mode="r", allow_pickle=False)[
            self.start : self.stop
        ]
        return of_rows.astype(np.int64)


@dataclass(frozen=True, kw_only=True)
class RowFolds:
    """The folds of a split's rows, as slices of a file that all workers can read.

    The file holds uint8, one for each usable row in the order that masks follow: its fold, or
    ``folds`` for a test row.
    """

    folds: int
    parts: tuple[PartFolds, ...]


def deal_rows(
    store: Path,
    manifest: Manifest,
    *,
    labels: Sequence[str],
    splits: Mapping[str, Masks],
    folds: Mapping[str, int],
    seed: int,
    folder: Path,
) -> dict[str, RowFolds]:
    """The training rows of every split, dealt to so many folds, stratified by label.

    They are those of ``StratifiedKFold(folds, shuffle=True, random_state=seed)`` on the labels of
    the training rows in their order, whatever the partitions. Only the labels are read.
    """
    parts = [delayed(_part_codes)(store, part, tuple(labels)) for part in manifest.parts]
    of_parts: tuple[Codes, ...] = dask.compute(*parts)
    codes = np.concatenate(of_parts)
    edges = [0, *accumulate(map(len, of_parts))]
    return {
        name: _written(
            _dealt(codes, np.concatenate(masks), folds=folds[name], seed=seed),
            folder / f"folds-{name}.npy",
            folds=folds[name],
            edges=edges,
        )
        for name, masks in splits.items()
    }


def undealt_rows(part_rows: Sequence[int]) -> RowFolds:
    """All rows as training rows of one fold, where nothing is to be held out."""
    return _sliced(None, folds=1, edges=[0, *accumulate(part_rows)])


def stratified_folds(codes: Codes, *, folds: int, seed: int) -> Bytes:
    """uint8 (rows,): the fold that scikit-learn's ``StratifiedKFold`` deals each row to.

    It numbers the classes by first appearance and shuffles the folds of each class in that order.
    """
    if folds == 1:
        return np.zeros(len(codes), np.uint8)
    chance = RandomState(seed)
    counts = np.bincount(codes)
    # One class after the other: the places of all rows at once would be eight bytes a row.
    classes = sorted(np.flatnonzero(counts), key=lambda code: int((codes == code).argmax()))
    dealt = np.empty(len(codes), np.uint8)
    for code, of_class in zip(classes, fold_sizes(counts[classes], folds=folds), strict=True):
        folds_of_class = np.repeat(np.arange(folds, dtype=np.uint8), of_class)
        chance.shuffle(folds_of_class)
        dealt[codes == code] = folds_of_class
    return dealt


def _part_codes(store: Path, part: Part, labels: tuple[str, ...]) -> Codes:
    flows = read_part(store, part, ["label", "complete"])
    codes = label_codes(flows, {label: code for code, label in enumerate(labels)})
    return codes[codes >= 0].astype(np.min_scalar_type(len(labels)))


def _dealt(codes: Codes, is_test: Booleans, *, folds: int, seed: int) -> Bytes:
    dealt = np.full(len(codes), folds, np.uint8)
    dealt[~is_test] = stratified_folds(codes[~is_test], folds=folds, seed=seed)
    return dealt


def _written(dealt: Bytes, path: Path, *, folds: int, edges: Sequence[int]) -> RowFolds:
    np.save(path, dealt)
    return _sliced(path, folds=folds, edges=edges)


def _sliced(path: Path | None, *, folds: int, edges: Sequence[int]) -> RowFolds:
    slices = (
        PartFolds(path=path, folds=folds, start=start, stop=stop) for start, stop in pairwise(edges)
    )
    return RowFolds(folds=folds, parts=tuple(slices))
