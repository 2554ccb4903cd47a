"""Masks of rows as workers get them: slices of a file that all can read, or else bits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Protocol

import numpy as np

from pipeline.flows import Booleans
from pipeline.labelled import pack, unpack
from pipeline.split import Masks


class PartMask(Protocol):
    """The mask of one part."""

    def read(self, rows: int) -> Booleans:
        """Bool (rows,)."""


@dataclass(frozen=True, kw_only=True)
class FiledMask:
    """A slice of a file of bools, for parts whose masks together are too large to be sent."""

    path: Path
    start: int
    stop: int

    def read(self, rows: int) -> Booleans:
        """Bool (rows,); ``rows`` is what the slice holds."""
        mask: Booleans = np.load(self.path, mmap_mode="r", allow_pickle=False)[
            self.start : self.stop
        ]
        assert len(mask) == rows
        return np.array(mask)


@dataclass(frozen=True, kw_only=True)
class PackedMask:
    """The mask as bits, an eighth of its size."""

    bits: bytes

    def read(self, rows: int) -> Booleans:
        """Bool (rows,)."""
        return unpack(self.bits, rows)


def share_masks(masks: Masks, path: Path | None) -> Sequence[PartMask]:
    """The masks of all parts, written to the file if there is one for them.

    >>> [mask.read(2).tolist() for mask in share_masks((np.array([True, False]),), None)]
    [[True, False]]
    """
    if path is None:
        return [PackedMask(bits=pack(mask)) for mask in masks]
    np.save(path, np.concatenate(masks))
    edges = accumulate((len(mask) for mask in masks), initial=0)
    return [FiledMask(path=path, start=start, stop=stop) for start, stop in pairwise(edges)]
