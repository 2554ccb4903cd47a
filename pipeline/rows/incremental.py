"""A model that learns row by row, fitted on every training row: dask-ml's Incremental, in turns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import dask.array as da
import numpy as np
from dask_ml.wrappers import Incremental
from sklearn.base import clone

from pipeline.rows.blocks import class_blocks, feature_blocks
from pipeline.rows.source import PartRows, RowSource

BLOCKS_AT_A_TIME: Final = 4
"""Blocks of a part each that may lie in the workers' memory together."""


def fit_incremental(
    estimator: Any,  # noqa: ANN401 - an unfitted estimator that has partial_fit
    scaler: Any,  # noqa: ANN401 - a fitted transformer
    source: RowSource,
    *,
    seed: int,
) -> Any:  # noqa: ANN401
    """The estimator after one pass over every training row, standardised.

    Parts come in an order that the seed shuffles, each as one ``partial_fit``; so the outcome
    depends on how the rows are cut into parts, but not on workers. A few parts are read at a time,
    since Dask would read all of them long before their turn.
    """
    incremental = Incremental(clone(estimator), shuffle_blocks=False, random_state=seed)
    classes = np.arange(len(source.labels))
    for parts in _batches(source, seed=seed):
        X = da.map_blocks(_scaled, feature_blocks(parts, side="train"), scaler, dtype=np.float64)
        y = class_blocks(parts, side="train")
        incremental.partial_fit(X, y, classes=classes)
    return incremental.estimator_


def _batches(source: RowSource, *, seed: int) -> Iterator[list[PartRows]]:
    parts = source.parts("train")
    order = np.random.default_rng(seed).permutation(len(parts))
    for start in range(0, len(parts), BLOCKS_AT_A_TIME):
        yield [parts[number] for number in order[start : start + BLOCKS_AT_A_TIME]]


def _scaled(X: np.ndarray, scaler: Any) -> np.ndarray:  # noqa: ANN401
    scaled: np.ndarray = scaler.transform(X)
    return scaled
