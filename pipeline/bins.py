"""Nested quantile bins of a column, from its sorted values with how many rows each stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.flows import Booleans, Floats, Integers
from pipeline.quantiles import Quantiles, merge_quantiles

Codes = NDArray[np.uint8]

MOST_BINS: Final = (248, 124, 62, 31, 16, 8, 4, 2)
"""Each number but the first about halves the one before; a code fits into one byte."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Bins:
    """A column cut into bins, each with the value that stands for it.

    Bin ``n`` holds the values from ``starts[n]`` up to, not including, ``starts[n + 1]``; what lies
    below the first start is in the first bin, what lies above the last in the last.

    Attributes
    ----------
    starts, values
        float64, (bins,), ascending; a bin's value is the median of its rows, and lies in it.
    is_cut
        False where each value of the column has a bin of its own, so that nothing is lost.
    """

    starts: Floats
    values: Floats
    is_cut: bool

    def codes(self, column: Floats) -> Codes:
        """The number of the bin that each value lies in.

        >>> Bins(starts=np.array([0.0, 5.0]), values=np.array([1.0, 6.0]),
        ...      is_cut=True).codes(np.array([-3.0, 4.9, 5.0, 99.0])).tolist()
        [0, 0, 1, 1]
        """
        return np.searchsorted(self.starts[1:], column, side="right").astype(np.uint8)

    def of_rows(self, column: Floats) -> Floats:
        """For each value, the one that stands for its bin."""
        return self.values[self.codes(column)]


def nested_bins(quantiles: Quantiles) -> tuple[Bins, ...]:
    """The column's bins, one for each of ``MOST_BINS``; coarser ones are unions of finer ones.

    The points of the quantiles are shared out so that bins hold about equally many rows; a value
    with more rows than a bin's share has a bin for itself. A column with few values keeps them.
    No label is looked at.
    """
    if not len(quantiles.values):
        nothing = np.zeros(1)
        return (Bins(starts=nothing, values=nothing, is_cut=False),) * len(MOST_BINS)
    quantiles = merge_quantiles([quantiles])  # has each value once
    first = np.arange(len(quantiles.values))
    levels = []
    for most in MOST_BINS:
        rows = np.add.reduceat(quantiles.counts, first)
        first = first[_starts_bin(rows, most)]
        levels.append(_bins(quantiles, first))
    return tuple(levels)


def parents(fine: Bins, coarse: Bins) -> Codes:
    """uint8, (fine bins,): the coarse bin that each fine bin lies in."""
    return coarse.codes(fine.starts)


def _starts_bin(rows: Integers, most: int) -> Booleans:
    """Mark the points that begin a bin, at most so many; ``rows`` are those of each point."""
    if len(rows) <= most:
        return np.ones(len(rows), np.bool_)
    is_heavy = _heavy(rows, most)
    light_rows = np.where(is_heavy, 0, rows)
    # Between two heavy points light ones may need a bin more than their share.
    share_count = most - 2 * np.count_nonzero(is_heavy)
    before = np.cumsum(light_rows) - light_rows
    share = before * share_count // max(int(light_rows.sum()), 1)
    after_heavy = np.append(True, is_heavy[:-1])
    starts: Booleans = is_heavy | after_heavy | np.append(True, share[1:] != share[:-1])
    return starts


def _heavy(rows: Integers, most: int) -> Booleans:
    """Mark the points that alone have a bin's share of the rows, the heaviest third at most."""
    heaviest = np.argsort(-rows, kind="stable")[: most // 3]
    left = int(rows.sum()) - np.cumsum(rows[heaviest]) + rows[heaviest]
    is_heavy = np.zeros(len(rows), np.bool_)
    alone = rows[heaviest] * (most - np.arange(len(heaviest))) > left
    is_heavy[heaviest[np.logical_and.accumulate(alone)]] = True
    return is_heavy


def _bins(quantiles: Quantiles, first: Integers) -> Bins:
    ends = np.cumsum(quantiles.counts)
    last = np.append(first[1:], len(ends)) - 1
    middle = (ends[first] - quantiles.counts[first] + ends[last] + 1) // 2
    return Bins(
        starts=quantiles.values[first] + 0.0,
        values=quantiles.values[np.searchsorted(ends, middle, side="left")] + 0.0,
        is_cut=len(first) < len(ends) or quantiles.rank_error > 0,
    )


def cut_features(features: Sequence[str], bins: Sequence[Bins]) -> tuple[str, ...]:
    """The features whose values were lost to bins."""
    return tuple(name for name, one in zip(features, bins, strict=True) if one.is_cut)
