from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.exceptions import NotFittedError
from sklearn.neighbors import KNeighborsClassifier

from pipeline.neighbors import CountedNeighbors


def expected_vote(X, y, query, k):
    """The mean vote of every set of k rows of which none outside is nearer."""
    distances = np.sqrt(((X - query) ** 2).sum(axis=1))
    everyone = set(range(len(X)))
    votes = [
        np.bincount(y[list(chosen)], minlength=3) / k
        for chosen in combinations(range(len(X)), k)
        if distances[list(chosen)].max()
        <= distances[list(everyone - set(chosen))].min(initial=np.inf)
    ]
    return np.mean(votes, axis=0)


@st.composite
def tiny_tables(draw):
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    cells = draw(st.integers(3, 6))
    X = chance.integers(0, 3, (cells, 2)).astype(float)
    y = np.r_[0, 1, 2, chance.integers(0, 3, cells - 3)]
    return X, y, chance.integers(1, 4, cells)


@settings(max_examples=40, deadline=None)
@given(tiny_tables(), st.integers(1, 5))
def test_the_vote_is_the_expected_vote_of_rows_with_ties_broken_at_random(table, k):
    X, y, counts = table
    rows, labels = np.repeat(X, counts, axis=0), np.repeat(y, counts)
    k = min(k, len(rows))
    queries = np.array([[a, b] for a in (0.0, 1.0, 0.5) for b in (0.0, 2.0, 5.0)])
    ours = CountedNeighbors(k).fit(X, y, sample_weight=counts).predict_proba(queries)
    expected = [expected_vote(rows, labels, query, k) for query in queries]
    np.testing.assert_allclose(ours, expected, atol=1e-12)


@pytest.mark.parametrize("k", [1, 5, 12])
def test_without_ties_it_is_the_original(k):
    chance = np.random.default_rng(0)
    X, y, queries = (
        chance.normal(size=(200, 3)),
        chance.integers(0, 4, 200),
        chance.normal(size=(90, 3)),
    )
    ours, rows = CountedNeighbors(k).fit(X, y), KNeighborsClassifier(k).fit(X, y)
    np.testing.assert_allclose(ours.predict_proba(queries), rows.predict_proba(queries), atol=1e-12)
    assert np.array_equal(ours.predict(queries), rows.predict(queries))


def test_many_vectors_tied_at_the_last_distance_all_share():
    angles = np.linspace(0, 2 * np.pi, 4, endpoint=False)
    circle = np.round(np.column_stack([np.cos(angles), np.sin(angles)]))
    X = np.vstack([circle, circle * 2, circle * 3])
    y = np.r_[0, 0, 0, 1, np.ones(8)].astype(int)
    ours = CountedNeighbors(2).fit(X, y, sample_weight=np.full(12, 3))
    np.testing.assert_allclose(ours.predict_proba([[0.0, 0.0]]), [[0.75, 0.25]])


def test_order_of_rows_does_not_matter():
    chance = np.random.default_rng(1)
    X, y, counts = (
        chance.integers(0, 4, (80, 3)).astype(float),
        chance.integers(0, 3, 80),
        chance.integers(1, 9, 80),
    )
    order = chance.permutation(80)
    ours = CountedNeighbors().fit(X, y, sample_weight=counts).predict_proba(X)
    shuffled = CountedNeighbors().fit(X[order], y[order], sample_weight=counts[order])
    assert np.array_equal(ours, shuffled.predict_proba(X))


def test_fewer_flows_than_neighbours_all_vote():
    ours = CountedNeighbors(5).fit([[0.0], [9.0]], [0, 1], sample_weight=[1, 2])
    np.testing.assert_allclose(ours.predict_proba([[0.0]]), [[1 / 3, 2 / 3]])


def test_a_tied_vote_goes_to_the_first_class():
    assert CountedNeighbors(2).fit([[0.0], [0.0]], ["b", "a"]).predict([[0.0]]).tolist() == ["a"]


def test_predicting_before_fitting_says_so():
    with pytest.raises(NotFittedError):
        CountedNeighbors().predict([[0.0]])
