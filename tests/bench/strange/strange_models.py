"""Models that do to their process what a model should not do."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import numpy as np
from sklearn.dummy import DummyClassifier

from pipeline.model import Model


class Hoards(DummyClassifier):
    def fit(self, X, y, sample_weight=None):
        hoard = []
        while True:
            hoard.append(np.ones(1_000_000))
            time.sleep(0.01)  # whoever watches is to come in time on a machine that is busy


class Hangs(DummyClassifier):
    def fit(self, X, y, sample_weight=None):
        while True:
            time.sleep(1)


class Raises(DummyClassifier):
    def fit(self, X, y, sample_weight=None):
        raise ArithmeticError("these flows are too much for me")


class Exits(DummyClassifier):
    def fit(self, X, y, sample_weight=None):
        os._exit(7)


class Misshapen(DummyClassifier):
    def predict(self, X):
        return np.zeros((len(X), 1), np.int64)


class Murders(DummyClassifier):
    def fit(self, X, y, sample_weight=None):
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(600)


class Waits(DummyClassifier):
    """Fits once there is a file `let-go` where its process was started; leaves one, `waiting`."""

    def fit(self, X, y, sample_weight=None):
        Path("waiting").touch()
        while not Path("let-go").exists():
            time.sleep(0.1)
        return super().fit(X, y, sample_weight)


STRANGE = {
    estimator.__name__.lower(): Model(
        name=estimator.__name__.lower(),
        title=estimator.__name__,
        estimator=estimator,
        counts_enter="not at all",
        affords_distinct_rows=1_000_000,
    )
    for estimator in (Hoards, Hangs, Raises, Exits, Misshapen, Murders, Waits)
}
