from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import balanced_accuracy_score, mutual_info_score
from sklearn.tree import DecisionTreeClassifier

from pipeline.class_bins import BINS, class_bins
from pipeline.relevance import mutual_information, tree_scores


def table(seed, *, classes, rows=400):
    """A coarse column, a fine one, and one that is the class itself."""
    chance = np.random.default_rng(seed)
    y = np.r_[np.arange(classes), chance.integers(0, classes, rows - classes)]
    X = np.column_stack([chance.integers(0, 9, rows), chance.normal(size=rows) + y, 3.0 * y])
    edges = [np.unique(np.quantile(x, np.arange(1, BINS) / BINS)) for x in X.T]
    return X, y, edges


def binned(X, edges):
    return [np.searchsorted(of_column, x) for of_column, x in zip(edges, X.T, strict=True)]


@given(seed=st.integers(0, 999), classes=st.integers(2, 8))
@settings(max_examples=30, deadline=None)
def test_mutual_information_is_that_of_scikit_learn_on_the_binned_rows(seed, classes):
    X, y, edges = table(seed, classes=classes)
    theirs = [mutual_info_score(bins, y) for bins in binned(X, edges)]
    ours = mutual_information(class_bins(tuple(X.T), edges, y, classes=classes))
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-15)


@given(seed=st.integers(0, 999), classes=st.integers(2, 8))
@settings(max_examples=30, deadline=None)
def test_a_tree_on_counts_scores_as_a_balanced_tree_on_the_binned_rows(seed, classes):
    X, y, edges = table(seed, classes=classes)
    ours = tree_scores(class_bins(tuple(X.T), edges, y, classes=classes))
    for score, bins in zip(ours, binned(X, edges), strict=True):
        rows = DecisionTreeClassifier(
            criterion="entropy", max_depth=3, class_weight="balanced", random_state=0
        )
        guess = rows.fit(bins[:, np.newaxis], y).predict(bins[:, np.newaxis])
        np.testing.assert_allclose(score, balanced_accuracy_score(y, guess), atol=1e-9)


def test_a_column_that_is_the_class_reaches_all_that_eight_leaves_can():
    X, y, edges = table(2, classes=34, rows=3000)
    noise, _, gives_away = tree_scores(class_bins(tuple(X.T), edges, y, classes=34))
    assert gives_away > 0.99
    assert noise < 0.5


def test_no_rows_and_one_class_tell_nothing():
    X, y, edges = table(3, classes=2)
    none = class_bins(tuple(X[:0].T), edges, y[:0], classes=2)
    assert np.isnan(mutual_information(none)).all()
    assert tree_scores(none) == [0.0] * 3
    assert tree_scores(class_bins(tuple(X.T), edges, 0 * y, classes=2)) == [0.0] * 3
