from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.naive_bayes import ComplementNB
from sklearn.neighbors import NearestCentroid
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import LinearSVC

from pipeline.scaled import CountedComplementNB, CountedLinearSVC, CountedNearestCentroid


@st.composite
def counted(draw):
    """Columns of very different scale, a flag, and points outside the table to predict."""
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    size = draw(st.integers(8, 30))
    X = np.column_stack(
        [chance.normal(8e7, 1e5, size), chance.normal(size=size), chance.integers(0, 2, size)]
    )
    y = np.r_[0, 0, 1, 1, chance.integers(0, draw(st.integers(2, 4)), size - 4)]
    elsewhere = X[chance.integers(0, size, 20)] + chance.normal(size=(20, 3)) * [1e5, 1, 0]
    return X, y, chance.integers(1, 40, size), elsewhere


def rows(X, y, counts):
    return np.repeat(X, counts, axis=0), np.repeat(y, counts)


@settings(max_examples=40, deadline=None)
@given(counted())
def test_nearest_centroid_is_the_same_on_counts_and_on_rows(table):
    X, y, counts, elsewhere = table
    ours = CountedNearestCentroid().fit(X, y, sample_weight=counts)
    theirs = make_pipeline(StandardScaler(), NearestCentroid()).fit(*rows(X, y, counts))
    np.testing.assert_allclose(ours.centroids_, theirs[-1].centroids_, atol=1e-7)
    assert np.array_equal(ours.predict(elsewhere), theirs.predict(elsewhere))
    np.testing.assert_allclose(
        ours.predict_proba(elsewhere), theirs.predict_proba(elsewhere), atol=1e-6
    )


@settings(max_examples=40, deadline=None)
@given(counted())
def test_complement_naive_bayes_is_the_same_on_counts_and_on_rows(table):
    X, y, counts, elsewhere = table
    ours = CountedComplementNB().fit(X, y, sample_weight=counts)
    theirs = make_pipeline(MinMaxScaler(clip=True), ComplementNB()).fit(*rows(X, y, counts))
    np.testing.assert_allclose(
        ours.predict_proba(elsewhere), theirs.predict_proba(elsewhere), rtol=1e-9
    )


@settings(max_examples=25, deadline=None)
@given(counted())
def test_a_linear_support_vector_machine_meets_the_same_optimum_on_counts_and_on_rows(table):
    X, y, counts, elsewhere = table
    ours = CountedLinearSVC(tol=1e-9, max_iter=20_000).fit(X, y, sample_weight=counts)
    theirs = make_pipeline(StandardScaler(), LinearSVC(dual=False, tol=1e-9, max_iter=20_000))
    theirs.fit(*rows(X, y, counts))
    np.testing.assert_allclose(
        ours.decision_function(elsewhere), theirs.decision_function(elsewhere), atol=1e-4
    )


@pytest.mark.parametrize(
    "model", [CountedComplementNB(), CountedLinearSVC(), CountedNearestCentroid()], ids=repr
)
def test_without_counts_each_row_is_one_flow(model):
    chance = np.random.default_rng(0)
    X, y = chance.normal(size=(30, 2)), np.arange(30) % 3
    unweighted = model.fit(X, y).predict(X)
    assert np.array_equal(unweighted, model.fit(X, y, sample_weight=np.ones(30)).predict(X))
