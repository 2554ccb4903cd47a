from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.discriminant_analysis import (
    LinearDiscriminantAnalysis,
    QuadraticDiscriminantAnalysis,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from pipeline import weighted
from pipeline.discriminant import CountedLDA, CountedQDA
from pipeline.weighted import CountedGaussianNB


@st.composite
def counted(draw):
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    size, classes = draw(st.integers(20, 40)), draw(st.integers(2, 4))
    X = np.column_stack([1e3 * chance.normal(size=size), chance.normal(size=(size, 2))])
    y = np.arange(size) % classes
    return X + y[:, np.newaxis], y, chance.integers(1, 40, size)


def rows(X, y, counts):
    return np.repeat(X, counts, axis=0), np.repeat(y, counts)


@settings(max_examples=40, deadline=None)
@given(counted())
def test_linear_discriminant_analysis_is_the_same_on_counts_and_on_rows(table):
    X, y, counts = table
    ours = CountedLDA().fit(X, y, sample_weight=counts)
    theirs = LinearDiscriminantAnalysis().fit(*rows(X, y, counts))
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(counted())
def test_quadratic_discriminant_analysis_is_the_same_on_counts_and_on_rows(table):
    X, y, counts = table
    ours = CountedQDA().fit(X, y, sample_weight=counts)
    theirs = make_pipeline(StandardScaler(), QuadraticDiscriminantAnalysis(reg_param=1e-3))
    theirs.fit(*rows(X, y, counts))
    np.testing.assert_allclose(
        ours.decision_function(X), theirs.decision_function(X), rtol=1e-6, atol=1e-6
    )


@pytest.mark.parametrize("model", [CountedLDA(), CountedQDA()], ids=repr)
def test_a_flag_that_never_changes_within_any_class_does_no_harm(model):
    chance = np.random.default_rng(1)
    y = np.arange(60) % 3
    X = np.column_stack([chance.normal(size=60) + y, np.full(60, 0.1)])
    model.fit(X, y, sample_weight=chance.integers(1, 9, 60))
    assert (model.predict(X) == y).mean() > 0.5
    assert np.isfinite(model.predict_proba(X)).all()


@pytest.mark.parametrize("model", [CountedLDA(), CountedQDA()], ids=repr)
def test_without_counts_each_row_is_one_flow(model):
    chance = np.random.default_rng(0)
    X, y = chance.normal(size=(30, 2)), np.arange(30) % 3
    unweighted = model.fit(X, y).predict_proba(X)
    assert np.array_equal(unweighted, model.fit(X, y, sample_weight=np.ones(30)).predict_proba(X))


def test_linear_discriminant_analysis_is_the_same_some_rows_at_a_time(monkeypatch):
    chance = np.random.default_rng(2)
    X, y = chance.normal(size=(200, 4)), np.arange(200) % 3
    X[:, 3] = X[:, 2]
    whole = CountedLDA().fit(X + y[:, np.newaxis], y)
    monkeypatch.setattr(weighted, "ROWS_AT_ONCE", 17)
    parts = CountedLDA().fit(X + y[:, np.newaxis], y)
    assert parts.scalings_.shape == whole.scalings_.shape
    np.testing.assert_allclose(parts.coef_, whole.coef_, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("model", [CountedLDA(), CountedQDA(), CountedGaussianNB()], ids=repr)
def test_a_fit_takes_no_more_than_three_times_the_memory_of_its_rows(model):
    X = np.random.default_rng(0).normal(size=(100_000, 20))
    y = np.arange(len(X)) % 10
    tracemalloc.start()
    model.fit(X, y, sample_weight=np.ones(len(X)))
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 3 * X.nbytes
