"""Adam as scikit-learn takes its steps, without new arrays for each."""

from __future__ import annotations

import numpy as np

from pipeline.flows import Floats


class Adam:
    """Steps of a vector of weights against their gradient, bit for bit scikit-learn's.

    A network takes ten thousands of steps over a few thousand weights, and making eight new
    arrays for each took the original as long as the arithmetic did.

    After Kingma and Ba (2014), "Adam: a method for stochastic optimization".

    >>> weights, gradient = np.array([1.0, 2.0]), np.array([0.5, 0.0])
    >>> Adam(weights, beta_1=0.9, beta_2=0.999, epsilon=1e-8).step(gradient, rate=0.1)
    >>> weights.round(6).tolist()
    [0.9, 2.0]
    """

    def __init__(self, weights: Floats, *, beta_1: float, beta_2: float, epsilon: float) -> None:
        self.weights = weights
        self.mean = np.zeros_like(weights)
        self._square = np.zeros_like(weights)
        self._betas = beta_1, beta_2
        self._epsilon = epsilon
        self._steps = 0
        self._terms, self._change = np.empty_like(weights), np.empty_like(weights)

    def step(self, gradient: Floats, *, rate: float) -> None:
        """Move the weights, in place."""
        beta_1, beta_2 = self._betas
        terms, change = self._terms, self._change
        self._steps += 1
        self.mean *= beta_1
        self.mean += np.multiply(gradient, 1 - beta_1, out=terms)
        self._square *= beta_2
        np.multiply(gradient, gradient, out=terms)
        terms *= 1 - beta_2
        self._square += terms
        rate = rate * np.sqrt(1 - beta_2**self._steps) / (1 - beta_1**self._steps)
        np.sqrt(self._square, out=terms)
        terms += self._epsilon
        np.multiply(self.mean, -rate, out=change)
        change /= terms
        self.weights += change
