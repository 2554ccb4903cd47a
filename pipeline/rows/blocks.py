"""Rows as Dask arrays, one block a part, read where and when Dask wants them."""

from __future__ import annotations

from collections.abc import Sequence

import dask.array as da
import numpy as np
from dask import delayed

from pipeline.flows import Floats, Integers
from pipeline.rows.source import PartRows, Side, load_part


def feature_blocks(parts: Sequence[PartRows], *, side: Side) -> da.Array:
    """float64 (rows, features), not yet read; a block for each part, all its features in it."""
    blocks: da.Array = da.concatenate(
        [
            da.from_delayed(
                delayed(_features, pure=False)(part, side),
                shape=(part.count(side), len(part.features)),
                dtype=np.float64,
            )
            for part in parts
        ]
    )
    return blocks


def class_blocks(parts: Sequence[PartRows], *, side: Side) -> da.Array:
    """int64 (rows,), not yet read: the class codes of the same rows, in the same blocks."""
    blocks: da.Array = da.concatenate(
        [
            da.from_delayed(
                delayed(_classes, pure=False)(part, side),
                shape=(part.count(side),),
                dtype=np.int64,
            )
            for part in parts
        ]
    )
    return blocks


def _features(part: PartRows, side: Side) -> Floats:
    return load_part(part, seed=0).block(side).X


def _classes(part: PartRows, side: Side) -> Integers:
    loaded = load_part(part, seed=0, labels_only=True)
    return loaded.y[loaded.rows(side)]
