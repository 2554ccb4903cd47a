from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from pipeline.network import CountedNetwork

AS_THE_ORIGINAL = {"flows_per_epoch": 10**9, "cooling_epochs": 0}


@pytest.fixture(scope="module")
def table():
    chance = np.random.default_rng(0)
    X = chance.integers(0, 5, (40, 2)).astype(float)
    y = (X.sum(axis=1) + chance.integers(0, 2, 40)).astype(int) % 3
    return X, y, chance.integers(1, 80, 40)


@pytest.mark.parametrize("activation", ["relu", "tanh", "logistic", "identity"])
def test_the_gradient_is_that_of_the_original(table, activation):
    X, y, counts = table
    params = {"hidden_layer_sizes": (7, 5), "activation": activation, "max_iter": 2, "alpha": 0.3}
    with pytest.warns(ConvergenceWarning):
        model = CountedNetwork(random_state=0, **params).fit(X, y, sample_weight=counts)
    hot = np.eye(3)[y]
    empty = [None] * 3
    _, coefs, intercepts = model._backprop(
        X, hot, counts, [X, *empty], [*empty], [*empty], [*empty]
    )
    ours = [np.empty_like(part) for part in coefs + intercepts]
    model._write_gradient((X, hot, counts), ours)
    for part, expected in zip(ours, coefs + intercepts, strict=True):
        np.testing.assert_allclose(part, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("settled", [{"max_iter": 12}, {"tol": 0.01}], ids=["cut off", "settled"])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@settings(max_examples=8, deadline=None)
@given(
    counts=st.lists(st.integers(1, 80), min_size=40, max_size=40),
    labels=st.sampled_from([2, 3]),
    seed=st.integers(0, 1000),
)
def test_with_every_flow_an_epoch_each_step_is_the_original_s_on_rows(
    table, counts, labels, seed, settled
):
    X, y = table[0], table[1] % labels
    params = settled | {"random_state": seed, "alpha": 0.3, "learning_rate_init": 0.01}
    ours = CountedNetwork(**params, **AS_THE_ORIGINAL).fit(X, y, sample_weight=counts)
    original = MLPClassifier(**params).fit(np.repeat(X, counts, axis=0), np.repeat(y, counts))
    np.testing.assert_allclose(ours.loss_curve_, original.loss_curve_, rtol=1e-9)
    for part, expected in zip(ours.coefs_, original.coefs_, strict=True):
        np.testing.assert_allclose(part, expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("labels", [2, 3])
def test_accuracy_is_that_of_the_original_on_rows(table, labels):
    X, y, counts = table
    y = y % labels
    rows = np.repeat(X, counts, axis=0), np.repeat(y, counts)
    ours, original = [], []
    for seed in range(3):
        params = {"max_iter": 500, "random_state": seed, "learning_rate_init": 0.02}
        ours.append(CountedNetwork(**params).fit(X, y, sample_weight=counts).score(*rows))
        original.append(MLPClassifier(**params).fit(*rows).score(*rows))
    assert abs(np.mean(ours) - np.mean(original)) < 0.02


def test_a_budget_of_epochs_that_runs_out_warns(table):
    X, y, counts = table
    with pytest.warns(ConvergenceWarning, match="not settled after 3 epochs"):
        CountedNetwork(max_iter=3, random_state=0).fit(X, y, sample_weight=counts)


def test_lbfgs_weighs_the_rows(table):
    X, y, counts = table
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = CountedNetwork(solver="lbfgs", random_state=0).fit(X, y, sample_weight=counts)
    assert model.score(X, y, sample_weight=counts) > 0.5


def test_the_epochs_of_the_original_are_a_matter_of_two_parameters(table):
    X, y, counts = table
    model = CountedNetwork(random_state=0, max_iter=30, **AS_THE_ORIGINAL)
    with pytest.warns(ConvergenceWarning):
        model.fit(X, y, sample_weight=counts)
    assert model.n_iter_ == 30
    assert clone(model).get_params() == model.get_params()
    assert model.get_params().keys() == MLPClassifier().get_params().keys() | {
        "flows_per_epoch", "cooling_epochs",
    }  # fmt: skip
