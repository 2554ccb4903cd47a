"""A neural network whose minibatches are drawn from counts."""

from __future__ import annotations

from typing import Any, Final, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.neural_network import MLPClassifier
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer

from pipeline.flows import Floats

FLOWS_PER_BATCH: Final = 200
BATCHES_PER_EPOCH: Final = 200


class CountedNetwork(MLPClassifier):  # type: ignore[misc]
    """A multi-layer perceptron on counted rows."""

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit; a row counts ``sample_weight`` times."""
        counts = np.ones(len(np.asarray(y))) if sample_weight is None else sample_weight
        super().fit(X, y, sample_weight=counts)
        return self

    def _fit_stochastic(
        self,
        X: Floats,
        y: Floats,
        sample_weight: Floats,
        activations: list[Any],
        deltas: list[Any],
        coef_grads: list[Any],
        intercept_grads: list[Any],
        layer_units: list[int],
        incremental: bool,  # noqa: FBT001
    ) -> None:
        params = self.coefs_ + self.intercepts_
        self._optimizer = AdamOptimizer(params, self.learning_rate_init, self.beta_1, self.beta_2)
        edges = sample_weight.cumsum()
        batches = int(min(BATCHES_PER_EPOCH, np.ceil(edges[-1] / FLOWS_PER_BATCH)))
        for _ in range(self.max_iter):
            self.n_iter_ += 1
            loss = 0.0
            draws = self._random_state.random_sample((batches, FLOWS_PER_BATCH)) * edges[-1]
            for drawn in np.searchsorted(edges, draws, side="right"):
                rows, weights = np.unique(drawn, return_counts=True)
                activations[0] = X[rows]
                batch_loss, coefs, intercepts = self._backprop(
                    X[rows], y[rows], weights, activations, deltas, coef_grads, intercept_grads
                )
                self._optimizer.update_params(params, coefs + intercepts)
                loss += batch_loss
            self.loss_ = loss / batches
            self.loss_curve_.append(self.loss_)
            self._update_no_improvement_count(False, None, None, None)  # noqa: FBT003
            if self._no_improvement_count > self.n_iter_no_change:
                break
