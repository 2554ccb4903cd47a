"""A fitted model's predictions on every test row, part by part, and the confusion they come to."""

from __future__ import annotations

from pathlib import Path

import dask.array as da
import numpy as np
from dask_ml.wrappers import ParallelPostFit

from pipeline.flows import Integers
from pipeline.metrics import confusion_matrix
from pipeline.rows.blocks import class_blocks, feature_blocks
from pipeline.rows.source import RowSource
from pipeline.rows.stored import StoredModel
from pipeline.tree import FAN_IN


def confusion_of_test(source: RowSource, model_path: Path) -> Integers:
    """int64 (classes, classes): every test row, by its class and by what the model takes it for.

    Blocks are read, predicted and counted where Dask puts them; their counts are added eight at a
    time.
    """
    parts, classes = source.parts("test"), len(source.labels)
    model = ParallelPostFit(StoredModel(str(model_path)), predict_meta=np.empty(0, np.int64))
    predicted = model.predict(feature_blocks(parts, side="test"))
    of_blocks = da.map_blocks(
        _confusion,
        class_blocks(parts, side="test"),
        predicted,
        classes=classes,
        dtype=np.int64,
        new_axis=(1, 2),
        chunks=((1,) * len(parts), (classes,), (classes,)),
        meta=np.empty((0, 0, 0), np.int64),
    )
    return np.asarray(of_blocks.sum(axis=0, split_every=FAN_IN).compute(), np.int64)


def _confusion(y: Integers, predicted: Integers, *, classes: int) -> Integers:
    counts = np.ones(len(y), np.int64)
    return confusion_matrix(y, predicted, counts=counts, classes=classes)[np.newaxis]
