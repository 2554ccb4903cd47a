from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import SVC

from pipeline import weighted
from pipeline.weighted import CountedGaussianNB, CountedSVC, class_means, squares_within


@st.composite
def counted(draw):
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    size = draw(st.integers(6, 24))
    X = np.column_stack([chance.normal(size=(size, 2)), chance.integers(0, 3, (size, 2))])
    y = np.r_[0, 0, 1, 1, chance.integers(0, 3, size - 4)]
    return X, y, chance.integers(1, 40, size)


@settings(max_examples=40, deadline=None)
@given(counted())
def test_naive_bayes_is_the_same_on_counts_and_on_rows(table):
    X, y, counts = table
    ours = CountedGaussianNB().fit(X, y, sample_weight=counts)
    rows = GaussianNB().fit(np.repeat(X, counts, axis=0), np.repeat(y, counts))
    np.testing.assert_allclose(ours.theta_, rows.theta_, rtol=0, atol=1e-12)
    np.testing.assert_allclose(ours.var_, rows.var_, rtol=1e-9)
    assert np.array_equal(ours.predict(X), rows.predict(X))


@settings(max_examples=25, deadline=None)
@given(counted())
def test_a_support_vector_machine_meets_the_same_optimum_on_counts_and_on_rows(table):
    X, y, counts = table
    settings = {"tol": 1e-7, "decision_function_shape": "ovo"}
    ours = CountedSVC(**settings).fit(X, y, sample_weight=counts)
    rows = SVC(**settings).fit(np.repeat(X, counts, axis=0), np.repeat(y, counts))
    np.testing.assert_allclose(ours._gamma, rows._gamma, rtol=1e-12)
    np.testing.assert_allclose(ours.decision_function(X), rows.decision_function(X), atol=1e-4)


def test_a_constant_table_has_the_kernel_of_the_original():
    X, y = np.ones((4, 2)), np.array([0, 1, 0, 1])
    assert CountedSVC().fit(X, y, sample_weight=[1, 2, 3, 4])._gamma == SVC().fit(X, y)._gamma


def test_without_counts_each_row_is_one_flow():
    X, y = np.array([[0.0], [1.0], [3.0], [4.0]]), np.array([0, 0, 1, 1])
    assert np.array_equal(CountedSVC().fit(X, y).predict(X), SVC().fit(X, y).predict(X))
    assert np.array_equal(CountedGaussianNB().fit(X, y).var_, GaussianNB().fit(X, y).var_)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 6))
def test_a_support_vector_machine_votes_as_the_original_does(seed, classes):
    chance = np.random.default_rng(seed)
    y = np.r_[np.arange(classes), chance.integers(0, classes, 40)]
    X = chance.normal(size=(len(y), 3)) + y[:, np.newaxis] / 3
    ours, original = CountedSVC().fit(X, y), SVC().fit(X, y)
    new = chance.normal(size=(200, 3)) + 1
    assert np.array_equal(ours.predict(new), original.predict(new))
    np.testing.assert_allclose(ours.decision_function(new), original.decision_function(new))


def test_rows_beyond_a_block_are_voted_on_too(monkeypatch):
    monkeypatch.setattr("pipeline.weighted.ROWS_AT_ONCE", 7)
    chance = np.random.default_rng(0)
    X, y = chance.normal(size=(30, 2)), np.arange(30) % 3
    expected = SVC().fit(X, y).decision_function(X)
    np.testing.assert_allclose(CountedSVC().fit(X, y).decision_function(X), expected)


@pytest.mark.parametrize("rows_at_once", [1, 7, 100])
def test_means_and_squares_are_the_same_some_rows_at_a_time(rows_at_once, monkeypatch):
    chance = np.random.default_rng(3)
    X, codes, counts = chance.normal(9, size=(50, 3)), np.arange(50) % 4, chance.integers(1, 9, 50)
    monkeypatch.setattr(weighted, "ROWS_AT_ONCE", rows_at_once)
    means = class_means(X, codes, counts=counts)
    expanded, of = np.repeat(X, counts, axis=0), np.repeat(codes, counts)
    expected = np.stack([expanded[of == code].mean(axis=0) for code in range(4)])
    np.testing.assert_allclose(means, expected, rtol=1e-13)
    squares = squares_within(X, codes, means, counts=counts)
    np.testing.assert_allclose(squares, ((expanded - expected[of]) ** 2).sum(axis=0), rtol=1e-12)
