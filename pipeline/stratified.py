"""A stratified sample of rows, the same rows however they lie in files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import dask
import numpy as np
from dask import delayed
from numpy.typing import NDArray

from pipeline.flows import Booleans, Integers
from pipeline.labelled import label_codes
from pipeline.manifest import Manifest, Part, read_part
from pipeline.split import Masks

RARE_ROWS: Final = 100
"""A label gives at least so many rows, or all that it has."""

Codes = NDArray[np.uint16]


def stratified_rows(
    store: Path, manifest: Manifest, *, labels: Sequence[str], rows: int, seed: int
) -> Masks:
    """Mark about so many of the usable rows: of each label its share, rare ones in full measure.

    Only the labels are read.
    """
    parts = [delayed(_part_codes)(store, part, tuple(labels)) for part in manifest.parts]
    of_parts: tuple[Codes, ...] = dask.compute(*parts)
    drawn = draw_stratified(np.concatenate(of_parts), rows=rows, seed=seed)
    return tuple(np.split(drawn, np.cumsum([len(codes) for codes in of_parts])[:-1]))


def draw_stratified(codes: NDArray[np.integer], *, rows: int, seed: int) -> Booleans:
    """Mark about so many of the rows with these labels.

    >>> int(draw_stratified(np.array([0] * 9_000 + [1] * 40), rows=900, seed=0).sum())
    936
    """
    chance = np.random.default_rng(seed)
    drawn = np.zeros(len(codes), np.bool_)
    for code, label_rows in enumerate(np.bincount(codes)):
        share = max(round(rows * int(label_rows) / len(codes)), RARE_ROWS)
        of_label = np.flatnonzero(codes == code)
        places = chance.choice(len(of_label), min(share, len(of_label)), replace=False)
        drawn[of_label[places]] = True
    return drawn


def every_other(codes: Integers, *, seed: int) -> Booleans:
    """Mark half the rows of each label, drawn at random, of an odd number the smaller half."""
    order = np.lexsort((np.random.default_rng(seed).random(len(codes)), codes))
    in_order = codes[order]
    turn = np.arange(len(codes)) - np.searchsorted(in_order, in_order)
    marked = np.zeros(len(codes), np.bool_)
    marked[order[turn % 2 == 1]] = True
    return marked


def _part_codes(store: Path, part: Part, labels: tuple[str, ...]) -> Codes:
    flows = read_part(store, part, ["label", "complete"])
    codes = label_codes(flows, {label: code for code, label in enumerate(labels)})
    return codes[codes >= 0].astype(np.uint16)
