"""Quantiles of one column that merge across partitions, exact where it has few values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pipeline.flows import Floats, Integers

EXACT_VALUES: Final = 4096
"""A partition with at most so many distinct values keeps them all with their counts."""

STRATA: Final = 1024
"""Otherwise it keeps the middle row of so many equal slices of its sorted rows."""

_MOST_POINTS: Final = 1 << 20
_FEWER_POINTS: Final = 1 << 17


@dataclass(frozen=True, kw_only=True, eq=False)
class Quantiles:
    """A column's sorted values with how many rows each stands for.

    A true rank lies within ``rank_error`` (a share of all rows) of what is said here, always: the
    points are order statistics of their partition, not a random sketch, so the same files give
    the same quantiles whatever the workers. Merging keeps the larger error, nothing is added.
    """

    values: Floats
    counts: Integers
    rank_error: float = 0.0

    @property
    def rows(self) -> int:
        """The rows that the points stand for."""
        return int(self.counts.sum())

    def at(self, share: float) -> float:
        """The quantile at this share of the rows, between two rows as pandas does (linear).

        >>> summarise(np.array([1.0, 2.0, 4.0])).at(0.75)
        3.0
        """
        if not len(self.values):
            return float("nan")
        ends = np.cumsum(self.counts)
        place = (int(ends[-1]) - 1) * share
        low = float(self.values[np.searchsorted(ends, math.floor(place), side="right")])
        high = float(self.values[np.searchsorted(ends, math.ceil(place), side="right")])
        return low + (high - low) * (place - math.floor(place))


def summarise(values: Floats) -> Quantiles:
    """The quantiles of a partition's values: sorted, finite."""
    if not len(values):
        return Quantiles(values=values, counts=np.zeros(0, np.int64))
    is_new = values[1:] != values[:-1]
    if np.count_nonzero(is_new) < EXACT_VALUES:
        starts = np.append(0, np.flatnonzero(is_new) + 1)
        counts = np.diff(np.append(starts, len(values)))
        return Quantiles(values=values[starts], counts=counts)
    ends = np.arange(STRATA + 1) * len(values) // STRATA
    return Quantiles(
        values=values[(ends[:-1] + ends[1:]) // 2],
        counts=np.diff(ends),
        rank_error=_stratum_error(np.diff(ends), len(values)),
    )


def merge_quantiles(several: Sequence[Quantiles]) -> Quantiles:
    """The quantiles of all rows together."""
    rows = sum(one.rows for one in several)
    values = np.concatenate([one.values for one in several])
    counts = np.concatenate([one.counts for one in several])
    order = np.argsort(values, kind="stable")
    distinct, starts = np.unique(values[order], return_index=True)
    merged = Quantiles(
        values=distinct,
        counts=np.add.reduceat(counts[order], starts) if rows else counts,
        rank_error=sum(one.rank_error * one.rows for one in several) / max(rows, 1),
    )
    return _thinned(merged) if len(distinct) > _MOST_POINTS else merged


def _thinned(full: Quantiles) -> Quantiles:
    """Fewer points, so that thousands of partitions fit into memory; the error grows by a hair."""
    ends = np.cumsum(full.counts)
    chosen = np.arange(1, _FEWER_POINTS + 1) * int(ends[-1]) // _FEWER_POINTS
    points = np.unique(np.searchsorted(ends, chosen, side="left"))
    counts = np.diff(np.append(0, ends[points]))
    return Quantiles(
        values=full.values[points],
        counts=counts,
        rank_error=full.rank_error + float(counts.max()) / float(ends[-1]),
    )


def _stratum_error(sizes: Integers, rows: int) -> float:
    return float((sizes.max() // 2 + 1) / rows)
