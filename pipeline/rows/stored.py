"""A fitted model on disk, as every process of the cluster reads it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

from pipeline.flows import Floats, Integers


class StoredModel(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A fitted model that travels as the path of its file and is read once by each process.

    ``ParallelPostFit`` puts its estimator into every task; a forest would go to the scheduler.
    """

    def __init__(self, path: str) -> None:
        self.path = path

    def predict(self, X: Floats) -> Integers:
        """Codes of the classes."""
        return np.asarray(_read_model(self.path).predict(X), np.int64)


def store_model(model: Any, path: Path) -> int:  # noqa: ANN401 - a fitted estimator
    """Write a model for :class:`StoredModel`, whole or not at all; its size in bytes."""
    unfinished = path.with_name(f".{path.name}")
    joblib.dump(model, unfinished)
    unfinished.replace(path)
    return path.stat().st_size


@lru_cache(maxsize=1)
def _read_model(path: str) -> Any:  # noqa: ANN401
    return joblib.load(path)
