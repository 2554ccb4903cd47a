"""A fitted model on disk, as every process of the cluster reads it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any, Final

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

from pipeline.errors import ModelError
from pipeline.flows import Floats, Integers
from pipeline.memory import give_back_memory

KNOWN_MODULES: Final = frozenset({
    "pipeline.ada_boost", "pipeline.boosting", "pipeline.discriminant", "pipeline.forest",
    "pipeline.gradient_boosting", "pipeline.neighbors", "pipeline.network", "pipeline.scaled",
    "pipeline.trees", "pipeline.weighted",
    "scipy.sparse._csr", "sklearn.ensemble._hist_gradient_boosting.predictor",
    "sklearn.metrics._dist_metrics", "sklearn.neighbors._ball_tree", "sklearn.neighbors._kd_tree",
    "sklearn.neural_network._stochastic_optimizers", "sklearn.tree._tree",
})  # fmt: skip
"""Of what skops does not trust by itself, models may hold what stands in these modules."""


_held: dict[str, Any] = {}
_reading: Final = threading.Lock()


class StoredModel(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A fitted model that travels as the path of its file and is read once by each process.

    ``ParallelPostFit`` puts its estimator into every task; a forest would go to the scheduler.
    """

    def __init__(self, path: str) -> None:
        self.path = path

    def predict(self, X: Floats) -> Integers:
        """Codes of the classes."""
        return np.asarray(_read_once(self.path).predict(X), np.int64)


def store_model(model: Any, path: Path) -> int:  # noqa: ANN401 - a fitted estimator
    """Write a model without pickle, whole or not at all; its size in bytes."""
    import skops.io  # here since it takes longer than all else that a case imports

    unfinished = path.with_name(f".{path.name}")
    skops.io.dump(model, unfinished)
    unfinished.replace(path)
    return path.stat().st_size


def read_model(path: Path) -> Any:  # noqa: ANN401
    """The model that :func:`store_model` wrote.

    Raises
    ------
    ModelError
        There is something in the file that models do not consist of.
    """
    import skops.io

    foreign = skops.io.get_untrusted_types(file=path)
    strange = [name for name in foreign if name.rpartition(".")[0] not in KNOWN_MODULES]
    if strange:
        raise ModelError(f"{path}: not a model of threatbench ({', '.join(strange)}); run it anew")
    return skops.io.load(path, trusted=foreign)


def _read_once(path: str) -> Any:  # noqa: ANN401
    """The model of this file, which alone is held: two forests are more than a worker may have."""
    with _reading:
        if path not in _held:
            _held.clear()
            give_back_memory()
            _held[path] = read_model(Path(path))
            give_back_memory()  # what a model is made from takes twice as much as the model
        return _held[path]
