"""A fitted model's predictions on every test row, part by part, and the confusion they come to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import dask
import dask.array as da
import numpy as np
from dask_ml.wrappers import ParallelPostFit
from numpy.typing import NDArray

from pipeline.flows import Integers
from pipeline.metrics import confusion_matrix
from pipeline.rows.blocks import class_blocks, feature_blocks
from pipeline.rows.source import RowSource
from pipeline.rows.stored import StoredModel
from pipeline.tree import FAN_IN


@dataclass(frozen=True, kw_only=True, eq=False)
class RowAnswers:
    """What a model takes every test row for.

    ``confusion`` is int64, (classes, classes): rows by their class and by the model's. ``codes`` is
    int16, (test rows,), in the order of the parts.
    """

    confusion: Integers
    codes: NDArray[np.int16]


def answers_to_test(source: RowSource, model_path: Path) -> RowAnswers:
    """The model's answer to every test row.

    Blocks are read, predicted and counted where Dask puts them; their counts are added eight at a
    time, and two bytes a row come back.
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
    confusion, codes = dask.compute(
        of_blocks.sum(axis=0, split_every=FAN_IN), predicted.astype(np.int16)
    )
    return RowAnswers(confusion=np.asarray(confusion, np.int64), codes=codes)


def classes_of_test(source: RowSource) -> Integers:
    """int64 (test rows,): the class of every test row, in the order of the answers."""
    classes = class_blocks(source.parts("test"), side="test").compute()
    return np.asarray(classes, np.int64)


def _confusion(y: Integers, predicted: Integers, *, classes: int) -> Integers:
    counts = np.ones(len(y), np.int64)
    return confusion_matrix(y, predicted, counts=counts, classes=classes)[np.newaxis]
