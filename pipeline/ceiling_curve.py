"""The ceiling as a curve: on the best feature alone, on the best two, up to all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import dask
import numpy as np
import pandas as pd
from dask import delayed
from numpy.typing import NDArray

from pipeline.ceiling import Bounds, bounds
from pipeline.flows import CountedFlows, Floats, Integers, Split
from pipeline.row_sample import RowSample
from pipeline.split import deal_flows

Codes = NDArray[np.uint8]

MOST_BINS: Final = 255
"""A column with more distinct values is cut into at most so many bins."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Curve:
    """One curve that is wanted: of a task's classes on a split, over features from best to worst.

    ``class_of`` maps each label to its class.
    """

    split: str
    features: tuple[str, ...]
    class_of: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class CurvePoint:
    """What the best ``k`` features bound; ``feature`` is the last of them.

    ``sampled_rows`` were drawn, which the split counts as ``rows`` flows; ``distinct_rows`` of them
    differ in their bins or class, and ``binned`` of the features were cut into bins.
    """

    k: int
    feature: str
    bounds: Bounds
    sampled_rows: int
    rows: int
    distinct_rows: int
    binned: int


def ceiling_curves(
    names: Sequence[str], wanted: Sequence[Curve], samples: Mapping[str, object]
) -> list[tuple[CurvePoint, ...]]:
    """The points of each curve wanted, k = 1, 2, … all features.

    ``samples`` holds for each split a delayed `RowSample` of its test rows, or of all rows where it
    marks none, counted as the split counts them; ``names`` are the features of their columns. A
    column with more than `MOST_BINS` distinct values in the sample is cut into bins of about
    equally many of its rows. Sample and bins are the same however the flows lie in files, and
    memory is bounded by the sample. All curves are of the same labels, in one order.
    """
    binned = {split: delayed(_bin)(sample) for split, sample in samples.items()}
    curves = [delayed(_points)(binned[one.split], one, tuple(names)) for one in wanted]
    found: tuple[tuple[CurvePoint, ...], ...] = dask.compute(*curves)
    return list(found)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Binned:
    """Bin numbers, uint8 (features, rows), which features were cut, and the rows' label codes."""

    bins: Codes
    is_cut: tuple[bool, ...]
    codes: Integers


def _bin(sample: RowSample) -> _Binned:
    cut = [_bin_column(column) for column in sample.columns]
    return _Binned(
        bins=np.stack([bins for bins, _ in cut]),
        is_cut=tuple(is_cut for _, is_cut in cut),
        codes=sample.codes,
    )


def _bin_column(column: Floats) -> tuple[Codes, bool]:
    """Each value's bin, and whether different values share one."""
    values, place, counts = np.unique(column, return_inverse=True, return_counts=True)
    if len(values) <= MOST_BINS:
        return place.astype(np.uint8), False
    # By the rank of its middle row, so that a value of many rows has a bin for itself.
    twice_middle = 2 * np.cumsum(counts) - counts
    return (twice_middle * MOST_BINS // (2 * len(column))).astype(np.uint8)[place], True


def _points(binned: _Binned, wanted: Curve, names: tuple[str, ...]) -> tuple[CurvePoint, ...]:
    order = [names.index(feature) for feature in wanted.features]
    classes = sorted(set(wanted.class_of.values()))
    class_codes = np.array([classes.index(name) for name in wanted.class_of.values()])
    tables = _tables(binned.bins[order], class_codes[binned.codes], classes)
    return tuple(
        CurvePoint(
            k=k,
            feature=feature,
            bounds=bounds(flows),
            sampled_rows=len(binned.codes),
            rows=flows.rows,
            distinct_rows=flows.distinct_rows,
            binned=sum(binned.is_cut[column] for column in order[:k]),
        )
        for k, (feature, flows) in enumerate(
            zip(wanted.features, _counted(tables, wanted.split), strict=True), start=1
        )
    )


def _tables(bins: Codes, y: Integers, classes: Sequence[str]) -> Iterator[CountedFlows]:
    """The rows counted on the first feature's bins, on the first two's, and so on.

    The bins of several features are numbered anew with every feature, in the order in which they
    first occur, so that vectors of any length are one whole number, and equal only where all bins
    are.
    """
    vector = np.zeros(bins.shape[1], np.int64)
    for column in bins:
        vector, distinct = pd.factorize(vector * (int(column.max()) + 1) + column)
        told_apart = np.bincount(vector * len(classes) + y, minlength=len(distinct) * len(classes))
        keys = np.flatnonzero(told_apart)
        yield CountedFlows(
            features=("vector",),
            labels=tuple(classes),
            X=(keys // len(classes)).astype(np.float64)[:, np.newaxis],
            y=keys % len(classes),
            counts=told_apart[keys],
        )


def _counted(tables: Iterator[CountedFlows], split: str) -> Iterator[CountedFlows]:
    """The flows as the split counts them."""
    for flows in tables:
        whole = Split(name=split, flows=flows, test_counts=np.zeros_like(flows.counts))
        yield deal_flows(whole, test_size=0.5, seed=0).flows
