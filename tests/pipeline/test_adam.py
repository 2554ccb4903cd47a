from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer

from pipeline.adam import Adam


@given(seed=st.integers(0, 1000), betas=st.tuples(st.floats(0, 0.99), st.floats(0, 0.999)))
def test_steps_are_those_of_scikit_learn_to_the_last_bit(seed, betas):
    chance = np.random.default_rng(seed)
    weights = chance.standard_normal(7)
    expected = weights.copy()
    original = AdamOptimizer([expected], 0.01, *betas, 1e-8)
    adam = Adam(weights, beta_1=betas[0], beta_2=betas[1], epsilon=1e-8)
    for number in range(20):
        gradient = chance.standard_normal(7)
        original.learning_rate_init = 0.01 / (number + 1)
        original.update_params([expected], [gradient])
        adam.step(gradient, rate=0.01 / (number + 1))
        np.testing.assert_array_equal(weights, expected)
