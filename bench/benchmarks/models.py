"""Every model's fit and predict on counted flows, and the stack."""

from __future__ import annotations

from typing import Any

from pipeline.flows import CountedFlows
from pipeline.predict import Predictions, predict
from pipeline.stack import fit_meta_model, meta_features
from pipeline.thin import thin
from pipeline.zoo import ZOO, find_model

from .material import ROWS, Material, setup_cache

__all__ = ["Models", "Stacking", "setup_cache"]

BySize = dict[int, Material]
# Distinct rows: what the slowest of the models can still fit while somebody waits.
DISTINCT_ROWS = (200, 1_000)
MEMBERS = ("decision_tree", "gaussian_nb")


class Models:
    """Each entry of the zoo on counted flows of two sizes."""

    params = (tuple(ZOO), DISTINCT_ROWS)
    param_names = ("model", "distinct_rows")
    number = 1
    repeat = (1, 3, 5.0)
    warmup_time = 0.0
    timeout = 300.0

    def setup(self, sizes: BySize, model: str, distinct_rows: int) -> None:
        """Fit the model once, so that it can predict."""
        split = sizes[ROWS[0]].split
        self.train = thin(split.train, distinct_rows=distinct_rows, seed=0)
        self.test = split.test
        self.fitted = _fitted(model, self.train)

    def time_fit(self, _sizes: BySize, model: str, _distinct_rows: int) -> object:
        """Seconds of a fit."""
        return _fitted(model, self.train)

    def time_predict(self, _sizes: BySize, _model: str, _distinct_rows: int) -> object:
        """Seconds to predict the test part."""
        return self.fitted.predict(self.test.X)

    def peakmem_fit(self, _sizes: BySize, model: str, _distinct_rows: int) -> object:
        """Memory of a fit, with all that is imported for it."""
        return _fitted(model, self.train)


class Stacking:
    """The logistic regression on the predictions of two models."""

    params = (ROWS,)
    param_names = ("rows",)
    timeout = 300.0

    def setup(self, sizes: BySize, rows: int) -> None:
        """Have the members' predictions of the training part."""
        self.train = sizes[rows].split.train
        self.members: list[Predictions] = [
            predict(_fitted(name, self.train), self.train.X, classes=len(self.train.labels))
            for name in MEMBERS
        ]

    def time_stack(self, _sizes: BySize, _rows: int) -> object:
        """Seconds of the fit on top."""
        flows = self.train
        return fit_meta_model(meta_features(self.members), flows.y, counts=flows.counts)


def _fitted(name: str, flows: CountedFlows) -> Any:  # noqa: ANN401 - an estimator
    model = find_model(name).build(0, {})
    return model.fit(flows.X, flows.y, sample_weight=flows.counts)
