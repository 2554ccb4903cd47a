"""Counted flows and predictions on disk, as workers share them: NumPy archives, no pickle."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from bench.errors import BenchError
from bench.fold_tables import FoldTable, read_tables, table_arrays
from pipeline.flows import CountedFlows, Integers, Split
from pipeline.predict import METHODS, Predictions
from reports.store import writing_to

BUNDLES_KEPT: Final = 8
"""By each child, for its next case: those of three tasks on two splits, as a night takes turns."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Bundle:
    """One split of one task, with its training flows dealt to folds.

    ``folds`` is int64, (distinct training rows, folds); ``own`` holds the training flows of those
    folds that select features of their own.
    """

    train: CountedFlows
    test: CountedFlows
    folds: Integers
    own: Mapping[int, FoldTable] = field(default_factory=dict)

    def without(self, fold: int) -> CountedFlows:
        """The training flows outside a fold, on the features selected there."""
        return self._table(fold).without(fold)

    def only(self, fold: int) -> CountedFlows:
        """The training flows in a fold, on the features selected outside it."""
        return self._table(fold).only(fold)

    def _table(self, fold: int) -> FoldTable:
        return self.own.get(fold) or FoldTable(train=self.train, folds=self.folds)


def save_bundle(
    path: Path, split: Split, folds: Integers, *, own: Mapping[int, FoldTable] | None = None
) -> None:
    """Write a split and its folds for :func:`load_bundle`."""
    flows = split.flows
    _save(
        path,
        features=np.array(flows.features),
        labels=np.array(flows.labels),
        X=flows.X,
        y=flows.y,
        counts=flows.counts,
        test_counts=split.test_counts,
        folds=folds,
        **table_arrays(own or {}),
    )


@lru_cache(maxsize=BUNDLES_KEPT)
def load_bundle(path: str) -> Bundle:
    """The split and folds that :func:`save_bundle` wrote; kept for the next case on it.

    Raises
    ------
    BenchError
        The file is gone, or cannot be read.
    """
    with _reading(path), np.load(path, allow_pickle=False) as arrays:
        flows = CountedFlows(
            features=tuple(arrays["features"].tolist()),
            labels=tuple(arrays["labels"].tolist()),
            X=arrays["X"],
            y=arrays["y"],
            counts=arrays["counts"],
        )
        split = Split(name=Path(path).stem, flows=flows, test_counts=arrays["test_counts"])
        folds = arrays["folds"]
        own = read_tables(arrays, labels=flows.labels, folds=folds.shape[1])
        return Bundle(train=split.train, test=split.test, folds=folds, own=own)


@contextmanager
def _reading(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        fault = f"the counted flows of this run cannot be read ({error.strerror or error})"
        raise BenchError(f"{path}: {fault}; start the run anew") from error


def save_predictions(path: Path, predictions: Predictions) -> None:
    """Write what a model said, for stacking."""
    _save(
        path,
        codes=predictions.codes,
        method=np.array(METHODS.index(predictions.method)),
        values=predictions.values,
    )


def load_predictions(path: Path) -> Predictions:
    """What :func:`save_predictions` wrote."""
    with np.load(path, allow_pickle=False) as arrays:
        return Predictions(
            codes=arrays["codes"],
            method=METHODS[int(arrays["method"])],
            values=arrays["values"],
        )


def save_codes(path: Path, codes: np.ndarray) -> None:
    """Write the classes alone that a model said."""
    _save(path, codes=codes)


def load_codes(path: Path) -> Integers:
    """The classes that :func:`save_predictions` or :func:`save_codes` wrote."""
    with np.load(path, allow_pickle=False) as arrays:
        return np.asarray(arrays["codes"], np.int64)


def _save(path: Path, **arrays: np.ndarray) -> None:
    """Write whole or not at all: a worker may die, and another do the same work."""
    unfinished = path.with_name(f".{path.name}-{os.getpid()}")
    with writing_to(path):
        try:
            with unfinished.open("wb") as file:
                np.savez(file, allow_pickle=False, **arrays)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
