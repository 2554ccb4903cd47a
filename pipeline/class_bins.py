"""How often each class falls into each bin of each feature."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from pipeline.flows import Floats, Integers
from pipeline.manifest import Manifest, Part
from pipeline.quantiles import Quantiles, merge_quantiles
from pipeline.statistics_file import load_statistics
from pipeline.tree import merge_by_tree

BINS: Final = 64
BINNED_ROWS: Final = 2_000_000
PARTS_FOR_EDGES: Final = 32
BINNING: Final = (
    f"at most {BINS} bins a feature: a value each where it has no more, else quantiles of all flows"
)


def bin_edges(store: Path, manifest: Manifest) -> tuple[Floats, ...]:
    """The upper edges of each feature's bins but the last, sorted; the last bin has no end.

    They come from the quantiles that ingest has kept, of at most 32 parts spread over all, so they
    know nothing of the classes.
    """
    step = max(1, len(manifest.parts) // PARTS_FOR_EDGES)
    of_features = merge_by_tree(
        [(store, part) for part in manifest.parts[::step]], load=_quantiles, merge=_merge
    )
    return tuple(map(_edges, of_features))


def class_bins(
    columns: Sequence[Floats], edges: Sequence[Floats], codes: Integers, *, classes: int
) -> Integers:
    """int64 (features, bins, classes): rows of each class in each bin; sums over partitions.

    >>> class_bins([np.array([1.0, 5.0, 9.0])], [np.array([5.0])], np.array([0, 0, 1]), classes=2
    ... )[0, :2].tolist()
    [[2, 0], [0, 1]]
    """
    found = np.zeros((len(columns), BINS, classes), np.int64)
    for counts, column, of_column in zip(found, columns, edges, strict=True):
        cells = np.searchsorted(of_column, column) * classes + codes
        counts += np.bincount(cells, minlength=counts.size).reshape(counts.shape)
    return found


def of_classes(bins: Integers, codes: Integers, *, classes: int) -> Integers:
    """The same for classes that labels are grouped into: label ``i`` goes to ``codes[i]``."""
    membership: Integers = np.eye(classes, dtype=np.int64)[codes]
    return bins @ membership


def _quantiles(item: tuple[Path, Part]) -> tuple[Quantiles, ...]:
    store, part = item
    return load_statistics(store / part.folder).quantiles


def _merge(several: Sequence[tuple[Quantiles, ...]]) -> tuple[Quantiles, ...]:
    return tuple(merge_quantiles(of_feature) for of_feature in zip(*several, strict=True))


def _edges(quantiles: Quantiles) -> Floats:
    if len(quantiles.values) <= BINS:
        return quantiles.values[:-1]
    ranks = np.arange(1, BINS) * quantiles.rows / BINS
    return np.unique(quantiles.values[np.searchsorted(np.cumsum(quantiles.counts), ranks)])
