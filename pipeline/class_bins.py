"""How often each class falls into each bin of each feature."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from pipeline.flows import Floats, Integers
from pipeline.manifest import Manifest
from pipeline.quantiles import Quantiles
from pipeline.spread_sample import sample_quantiles

BINS: Final = 64
BINNED_ROWS: Final = 2_000_000
RUNS: Final = 32
RUN_ROWS: Final = 1024
BINNING: Final = (
    f"at most {BINS} bins a feature, with edges from {RUNS} runs of {RUN_ROWS:,} flows spread over"
    " all: a value each where these have no more, else their quantiles"
)


def bin_edges(store: Path, manifest: Manifest) -> tuple[Floats, ...]:
    """The upper edges of each feature's bins but the last, sorted; the last bin has no end.

    They come from rows that are chosen by their number, so they know nothing of the classes, and
    are the same however the rows lie in files.
    """
    sample = sample_quantiles(store, manifest, manifest.features, runs=RUNS, run_rows=RUN_ROWS)
    return tuple(map(_edges, sample))


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


def _edges(quantiles: Quantiles) -> Floats:
    if len(quantiles.values) <= BINS:
        return quantiles.values[:-1]
    ranks = np.arange(1, BINS) * quantiles.rows / BINS
    return np.unique(quantiles.values[np.searchsorted(np.cumsum(quantiles.counts), ranks)])
