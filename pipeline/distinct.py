"""How many distinct rows there are, estimated from the smallest hashes and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.flows import Booleans, Integers
from pipeline.row_hashes import Hashes

MOST_HASHES: Final = 4096
"""The estimate's standard error is one in the root of this: 1.6 %."""

_HASH_END: Final = 2.0**64
_HALVINGS: Final = 40
_WIDER: Final = 4


@dataclass(frozen=True, kw_only=True, eq=False)
class DistinctSketch:
    """The smallest distinct hashes of the rows, ascending, at most ``MOST_HASHES``, with counts.

    ``counts`` is int64: how many rows have each hash; a hash that is among the smallest of all is
    among the smallest of each part it occurs in. So the sketch is the same whatever the order and
    the partitions that rows come in.
    """

    hashes: Hashes
    counts: Integers

    @property
    def is_exact(self) -> bool:
        """Whether all hashes are there, so that counting them is no estimate."""
        return len(self.hashes) < MOST_HASHES

    @property
    def rows(self) -> int:
        """How many distinct rows there are: if k hashes reach up to the share s of all, (k-1)/s.

        >>> sketch_hashes(np.arange(20, dtype=np.uint64) // 2, np.ones(20, np.int64)).rows
        10
        """
        if self.is_exact:
            return len(self.hashes)
        return round((MOST_HASHES - 1) / ((float(self.hashes[-1]) + 1) / _HASH_END))

    def rows_of_share(self, share: float) -> float:
        """How many distinct rows a random share of the rows is expected to have.

        >>> sketch_hashes(np.arange(10, dtype=np.uint64), np.full(10, 2)).rows_of_share(0.5)
        7.5
        """
        if not len(self.hashes):
            return 0.0
        return float(self.rows * (1 - (1 - share) ** self.counts).mean())


def sketch_hashes(hashes: Hashes, counts: NDArray[np.integer]) -> DistinctSketch:
    """The sketch of rows with these hashes, each counted so often."""
    low = _low(hashes)
    hashes, counts = hashes[low], counts[low]
    order = np.argsort(hashes, kind="stable")
    in_order = hashes[order]
    starts = np.flatnonzero(_is_first(in_order))[: MOST_HASHES + 1]
    end = starts[MOST_HASHES] if len(starts) > MOST_HASHES else len(hashes)
    starts = starts[:MOST_HASHES]
    of_hash = counts[order[:end]].astype(np.int64)
    return DistinctSketch(
        hashes=in_order[starts],
        counts=np.add.reduceat(of_hash, starts) if len(starts) else of_hash,
    )


def merge_sketches(several: Sequence[DistinctSketch]) -> DistinctSketch:
    """The sketch of all rows together."""
    return sketch_hashes(
        np.concatenate([one.hashes for one in several]),
        np.concatenate([one.counts for one in several]),
    )


def share_with(sketch: DistinctSketch, *, distinct_rows: int) -> float:
    """The share of the rows that is expected to have so many distinct ones; at most all of them."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        fits = sketch.rows_of_share(middle) <= distinct_rows
        low, high = (middle, high) if fits else (low, middle)
    return low


def count_distinct(hashes: Hashes) -> int:
    """How many of them differ."""
    return int(np.count_nonzero(_is_first(np.sort(hashes))))


def _low(hashes: Hashes) -> Booleans:
    """Mark hashes of which the smallest distinct ones are a part; to sort all takes far longer."""
    share = 2 * MOST_HASHES / max(len(hashes), 1)
    while share < 1:
        low: Booleans = hashes < np.uint64(share * _HASH_END)
        if count_distinct(hashes[low]) > MOST_HASHES:
            return low
        share *= _WIDER
    return np.ones(len(hashes), np.bool_)


def _is_first(in_order: Hashes) -> Booleans:
    """Mark where a sorted hash differs from the one before; NumPy's own unique is slower here."""
    return np.append(np.ones(min(len(in_order), 1), np.bool_), in_order[1:] != in_order[:-1])
