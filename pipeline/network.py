"""A neural network whose minibatches are drawn from counts."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from itertools import pairwise
from numbers import Integral
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from sklearn.neural_network._base import ACTIVATIONS, DERIVATIVES
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer
from sklearn.utils._param_validation import Interval, StrOptions

from pipeline.flows import Floats, Integers

FLOWS_PER_EPOCH: Final = 30_000
FLOWS_PER_BATCH: Final = 200
COOLING_EPOCHS: Final = 10
NEGLIGIBLE: Final = 1e-30  # weights of dead units sink below it, and subnormal numbers are slow

Batch = tuple[Floats, Integers, Floats]  # X, one column a class, counts


class CountedNetwork(MLPClassifier):  # type: ignore[misc]
    """A multi-layer perceptron on counted rows.

    Starting weights, loss, Adam, batch size and stopping rule are scikit-learn's own. An epoch
    walks over every flow in random order, as the original's does; where there are more than
    ``flows_per_epoch``, over that many drawn from the counts, each distinct row as often as its
    share says (rounded up or down by chance). Equal flows of a batch are one weighted row, and
    the stopping rule watches the loss of one draw made before the first epoch. When it is met,
    ``cooling_epochs`` more follow with a learning rate that falls to nothing: with so few updates
    the last of them would otherwise decide between classes that nearly tie.

    With as many flows an epoch as there are, and no cooling, an epoch is the original's. On
    139,021 synthetic flows of 12 classes (1,622 distinct rows) accuracy and weighted precision,
    means and standard deviations over ten seeds, then were 0.8797 (0.0009) and 0.892 (0.014) in
    4 s of one core; the original's over five seeds 0.8801 (0.0006) and 0.893 (0.008) in 77 s.
    By default they are 0.8800 (0.0003) and 0.885 (0.005) in 1.5 s: two classes nearly tie, and
    which of them has the large cells decides the precision and hardly touches the accuracy.
    """

    coefs_: list[Floats]
    intercepts_: list[Floats]
    _parameter_constraints: ClassVar = MLPClassifier._parameter_constraints | {
        "solver": [StrOptions({"adam", "lbfgs"})],
        "flows_per_epoch": [Interval(Integral, 1, None, closed="left")],
        "cooling_epochs": [Interval(Integral, 0, None, closed="left")],
    }

    def __init__(
        self,
        *,
        flows_per_epoch: int = FLOWS_PER_EPOCH,
        cooling_epochs: int = COOLING_EPOCHS,
        **of_original: Any,  # noqa: ANN401 - whatever MLPClassifier takes
    ) -> None:
        super().__init__(**of_original)
        self.flows_per_epoch = flows_per_epoch
        self.cooling_epochs = cooling_epochs

    @classmethod
    def _get_param_names(cls) -> list[str]:
        """The original's parameters too, which scikit-learn reads off the signature of a class."""
        own = ["flows_per_epoch", "cooling_epochs"]
        return sorted([*MLPClassifier._get_param_names(), *own])

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit; a row counts ``sample_weight`` times."""
        counts = np.ones(len(np.asarray(y))) if sample_weight is None else sample_weight
        super().fit(X, y, sample_weight=counts)
        return self

    def _fit_stochastic(
        self,
        X: Floats,
        y: Integers,
        sample_weight: Floats,
        *_: Any,  # noqa: ANN401
    ) -> None:
        weights, parts = _in_one_vector(self.coefs_ + self.intercepts_)
        gradient, gradient_parts = _in_one_vector(parts)
        self.coefs_, self.intercepts_ = parts[: self.n_layers_ - 1], parts[self.n_layers_ - 1 :]
        self._optimizer = AdamOptimizer(
            [weights], self.learning_rate_init, self.beta_1, self.beta_2, self.epsilon
        )
        table, chance = (X, y, sample_weight), self._random_state
        epoch = self.flows_per_epoch
        watched = _draw_batches(table, chance, size=epoch, flows=epoch)[0]
        batch_size = FLOWS_PER_BATCH if self.batch_size == "auto" else self.batch_size
        for rate in self._learning_rates():
            self._optimizer.learning_rate_init = rate
            for batch in _draw_batches(table, chance, size=batch_size, flows=epoch):
                self._write_gradient(batch, gradient_parts)
                self._optimizer.update_params([weights], [gradient])
            for values in (weights, self._optimizer.ms[0]):
                values[np.abs(values) < NEGLIGIBLE] = 0.0
            self._note_loss(watched)

    def _learning_rates(self) -> Iterator[float]:
        """One rate an epoch: the same until the loss settles, then falling to nothing."""
        for _ in range(self.max_iter):
            yield self.learning_rate_init
            if self._no_improvement_count > self.n_iter_no_change:
                break
        else:
            fault = f"not settled after {self.max_iter} epochs"
            warnings.warn(fault, ConvergenceWarning, stacklevel=2)
        for left in range(self.cooling_epochs, 0, -1):
            yield self.learning_rate_init * left / (self.cooling_epochs + 1)

    def _write_gradient(self, batch: Batch, parts: Sequence[Floats]) -> None:
        """Into ``parts``, what scikit-learn's ``_backprop`` returns, without loss and checks."""
        X, y, counts = batch
        activations = self._activate(X)
        share = counts / counts.sum()
        decay = self.alpha / counts.sum()
        delta = (activations[-1] - y) * share[:, None]
        last = self.n_layers_ - 2
        for layer in range(last, -1, -1):
            np.dot(activations[layer].T, delta, out=parts[layer])
            parts[layer] += decay * self.coefs_[layer]
            delta.sum(axis=0, out=parts[last + 1 + layer])
            if layer:
                delta = delta @ self.coefs_[layer].T
                DERIVATIVES[self.activation](activations[layer], delta)

    def _activate(self, X: Floats) -> list[Floats]:
        activations = [X]
        functions = [self.activation] * (self.n_layers_ - 2) + [self.out_activation_]
        for weights, bias, function in zip(self.coefs_, self.intercepts_, functions, strict=True):
            layer = activations[-1] @ weights
            layer += bias
            ACTIVATIONS[function](layer)
            activations.append(layer)
        return activations

    def _note_loss(self, watched: Batch) -> None:
        X, y, counts = watched
        empty = [None] * (self.n_layers_ - 1)
        self.loss_, *_ = self._backprop(X, y, counts, [X, *empty], [*empty], [*empty], [*empty])
        self.loss_curve_.append(self.loss_)
        self.n_iter_ += 1
        self._update_no_improvement_count(False, None, None, None)  # noqa: FBT003


def _in_one_vector(arrays: Sequence[Floats]) -> tuple[Floats, list[Floats]]:
    """A copy of all arrays in one vector, and views of it in their shapes."""
    vector = np.concatenate([array.ravel() for array in arrays])
    starts = np.cumsum([array.size for array in arrays])[:-1]
    views = np.split(vector, starts)
    return vector, [view.reshape(a.shape) for view, a in zip(views, arrays, strict=True)]


def _draw_batches(table: Batch, chance: RandomState, *, size: int, flows: int) -> list[Batch]:
    """One epoch's flows in random order, cut into batches of ``size``, each batch counted."""
    X, y, counts = table
    of_epoch = _draw(counts, chance, flows=flows)
    batch_numbers = np.arange(len(of_epoch)) // size
    keys, drawn = np.unique(batch_numbers * len(counts) + of_epoch, return_counts=True)
    edges = np.searchsorted(keys // len(counts), np.arange(batch_numbers[-1] + 2))
    rows, drawn = keys % len(counts), drawn.astype(X.dtype)
    X, y = X[rows], y[rows]
    return [(X[a:b], y[a:b], drawn[a:b]) for a, b in pairwise(edges)]


def _draw(counts: Floats, chance: RandomState, *, flows: int) -> Integers:
    """Rows in random order: each as often as it counts, or its share of an epoch."""
    reached = counts.cumsum()
    flows = int(min(reached[-1], flows))
    points = (np.arange(flows) + chance.random_sample()) * (reached[-1] / flows)
    rows: Integers = np.searchsorted(reached, points, side="right")
    chance.shuffle(rows)
    return rows
