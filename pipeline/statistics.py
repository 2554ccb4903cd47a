"""What is counted in one partition while it is in memory, kept beside it and merged later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from pipeline.flows import Booleans, Floats, Integers
from pipeline.moments import Moments, column_moments, empty_moments, merge_moments
from pipeline.quantiles import Quantiles, merge_quantiles, summarise


@dataclass(frozen=True, kw_only=True, eq=False)
class Statistics:
    """Counts and sums of a partition's columns; ``labels`` are sorted and name the classes.

    Attributes
    ----------
    moments
        Of the complete rows, by label.
    spare
        Of the finite values in incomplete rows; here each feature is a "class" of one column.
    nulls, infinities
        int64, (features,).
    minimum, maximum
        float64, (features,): of the finite values, NaN where there is none.
    quantiles
        Of the finite values of each feature.
    """

    labels: tuple[str, ...]
    moments: Moments
    spare: Moments
    nulls: Integers
    infinities: Integers
    minimum: Floats
    maximum: Floats
    quantiles: tuple[Quantiles, ...]


def describe_partition(
    columns: Sequence[Floats], codes: Integers, labels: tuple[str, ...]
) -> tuple[Statistics, Booleans]:
    """The statistics of a partition, and which of its rows are complete: all finite.

    ``columns`` are the features one by one; ``codes`` index the labels.
    """
    described = _describe_columns(columns)
    faulty = [
        column
        for column, found in zip(columns, described, strict=True)
        if found.nulls or found.infinities
    ]
    complete = np.logical_and.reduce([np.ones(len(codes), np.bool_), *map(np.isfinite, faulty)])
    statistics = Statistics(
        labels=labels,
        moments=column_moments(columns, codes, len(labels), rows=complete),
        spare=_finite_moments(columns, ~complete),
        nulls=np.array([found.nulls for found in described]),
        infinities=np.array([found.infinities for found in described]),
        minimum=np.array([found.minimum for found in described]),
        maximum=np.array([found.maximum for found in described]),
        quantiles=tuple(found.quantiles for found in described),
    )
    return statistics, complete


def merge_statistics(several: Sequence[Statistics]) -> Statistics:
    """The statistics of all rows together, merged in the order given."""
    labels = tuple(sorted({label for one in several for label in one.labels}))
    return Statistics(
        labels=labels,
        moments=reduce(merge_moments, [aligned_moments(one, labels) for one in several]),
        spare=reduce(merge_moments, [one.spare for one in several]),
        nulls=np.sum([one.nulls for one in several], axis=0),
        infinities=np.sum([one.infinities for one in several], axis=0),
        minimum=np.fmin.reduce([one.minimum for one in several]),
        maximum=np.fmax.reduce([one.maximum for one in several]),
        quantiles=tuple(
            merge_quantiles(column)
            for column in zip(*(one.quantiles for one in several), strict=True)
        ),
    )


def aligned_moments(statistics: Statistics, labels: Sequence[str]) -> Moments:
    """The moments with one class for each of ``labels``; what is not among them is left out."""
    place = {label: code for code, label in enumerate(labels)}
    shared = [(code, place[name]) for code, name in enumerate(statistics.labels) if name in place]
    aligned = empty_moments(len(labels), statistics.moments.mean.shape[1])
    if shared:
        here, there = (list(codes) for codes in zip(*shared, strict=True))
        aligned.count[there] = statistics.moments.count[here]
        aligned.mean[there] = statistics.moments.mean[here]
        aligned.m2[there] = statistics.moments.m2[here]
    return aligned


@dataclass(frozen=True, kw_only=True, eq=False)
class _Column:
    nulls: int
    infinities: int
    minimum: float
    maximum: float
    quantiles: Quantiles


def _describe_columns(columns: Sequence[Floats]) -> list[_Column]:
    in_order = np.empty(len(columns[0]))
    described = []
    for column in columns:
        np.copyto(in_order, column)
        in_order.sort()
        described.append(_describe_column(in_order))
    return described


def _describe_column(in_order: Floats) -> _Column:
    """What a sorted column holds: infinities stand at its ends, nulls (NaN) behind them."""
    nulls = infinities = 0
    if len(in_order) and not np.isfinite(in_order[[0, -1]]).all():
        nulls = int(np.isnan(in_order).sum())
        infinities = int(np.isinf(in_order).sum())
        in_order = in_order[np.isfinite(in_order)]
    return _Column(
        nulls=nulls,
        infinities=infinities,
        minimum=in_order[0] if len(in_order) else np.nan,
        maximum=in_order[-1] if len(in_order) else np.nan,
        quantiles=summarise(in_order),
    )


def _finite_moments(columns: Sequence[Floats], rows: Booleans) -> Moments:
    """Of these rows, feature by feature, as the features differ in how many are finite."""
    if not rows.any():
        return empty_moments(len(columns), 1)
    X = np.column_stack([column[rows] for column in columns])
    features = np.broadcast_to(np.arange(X.shape[1]), X.shape)
    is_finite = np.isfinite(X)
    return column_moments([X[is_finite]], features[is_finite], X.shape[1])
