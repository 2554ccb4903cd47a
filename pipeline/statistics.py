"""What is counted in one partition while it is in memory, kept beside it and merged later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.flows import Booleans, Floats, Integers
from pipeline.moments import Moments, column_moments
from pipeline.quantiles import Quantiles, summarise

STATISTICS_FILE = "statistics.npz"


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
    columns: Sequence[Floats], codes: Integers, labels: tuple[str, ...], *, complete: Booleans
) -> Statistics:
    """The statistics of a partition, feature by feature; ``codes`` index the labels."""
    broken = np.column_stack([column[~complete] for column in columns])
    nulls = np.isnan(broken).sum(axis=0)
    infinities = np.isinf(broken).sum(axis=0)
    is_whole = nulls + infinities == 0
    in_order = [
        np.sort(column if whole else column[np.isfinite(column)])
        for column, whole in zip(columns, is_whole, strict=True)
    ]
    return Statistics(
        labels=labels,
        moments=column_moments(columns, codes, len(labels), rows=complete),
        spare=_finite_moments(broken),
        nulls=nulls,
        infinities=infinities,
        minimum=np.array([values[0] if len(values) else np.nan for values in in_order]),
        maximum=np.array([values[-1] if len(values) else np.nan for values in in_order]),
        quantiles=tuple(summarise(values) for values in in_order),
    )


def complete_rows(columns: Sequence[Floats]) -> Booleans:
    """Which rows have neither a null nor an infinity."""
    complete = np.ones(len(columns[0]), np.bool_)
    for column in columns:
        if len(column) and not np.isfinite([column.min(), column.max()]).all():
            complete &= np.isfinite(column)
    return complete


def save_statistics(folder: Path, statistics: Statistics) -> None:
    """Put the statistics into a folder."""
    quantiles = statistics.quantiles
    np.savez(
        folder / STATISTICS_FILE,
        labels=np.array(statistics.labels, dtype=np.str_),
        allow_pickle=False,
        **_moments_arrays("moments", statistics.moments),
        **_moments_arrays("spare", statistics.spare),
        nulls=statistics.nulls,
        infinities=statistics.infinities,
        extremes=np.stack([statistics.minimum, statistics.maximum]),
        points=np.array([len(one.values) for one in quantiles], np.int64),
        rank_errors=np.array([one.rank_error for one in quantiles]),
        values=np.concatenate([one.values for one in quantiles]),
        counts=np.concatenate([one.counts for one in quantiles]).astype(np.int32),
    )


def load_statistics(folder: Path) -> Statistics:
    """The statistics that were put into a folder."""
    with np.load(folder / STATISTICS_FILE, allow_pickle=False) as arrays:
        table = dict(arrays)
    ends = np.cumsum(table["points"])[:-1]
    columns = zip(
        np.split(table["values"], ends),
        np.split(table["counts"].astype(np.int64), ends),
        table["rank_errors"].tolist(),
        strict=True,
    )
    return Statistics(
        labels=tuple(table["labels"].tolist()),
        moments=_moments("moments", table),
        spare=_moments("spare", table),
        nulls=table["nulls"],
        infinities=table["infinities"],
        minimum=table["extremes"][0],
        maximum=table["extremes"][1],
        quantiles=tuple(
            Quantiles(values=values, counts=counts, rank_error=error)
            for values, counts, error in columns
        ),
    )


def aligned_moments(statistics: Statistics, labels: Sequence[str]) -> Moments:
    """The moments with one class for each of ``labels``; what is not among them is left out."""
    place = {label: code for code, label in enumerate(labels)}
    codes = np.array([place.get(label, -1) for label in statistics.labels], np.int64)
    return statistics.moments.regroup(codes, len(labels))


def _finite_moments(X: Floats) -> Moments:
    """Feature by feature, each a class of its own, as the features' rows differ in number."""
    features = np.broadcast_to(np.arange(X.shape[1]), X.shape)
    is_finite = np.isfinite(X)
    return column_moments([X[is_finite]], features[is_finite], X.shape[1])


def _moments_arrays(name: str, moments: Moments) -> dict[str, Any]:
    return {
        f"{name}_count": moments.count,
        f"{name}_mean": moments.mean,
        f"{name}_m2": moments.m2,
    }


def _moments(name: str, table: dict[str, np.ndarray]) -> Moments:
    return Moments(count=table[f"{name}_count"], mean=table[f"{name}_mean"], m2=table[f"{name}_m2"])
