from __future__ import annotations

import warnings
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency
from sklearn.model_selection import GroupKFold, StratifiedKFold

from pipeline.flows import CountedFlows
from pipeline.folds import fold_counts, fold_vectors

TABLES = st.lists(st.tuples(st.integers(0, 4), st.integers(1, 30)), min_size=1, max_size=15)


def counted(y, counts):
    return CountedFlows(
        features=("a",),
        labels=("v", "w", "x", "y", "z"),
        X=np.arange(len(y), dtype=float)[:, np.newaxis],
        y=np.array(y),
        counts=np.array(counts),
    )


def by_rows(flows, *, folds, seed):
    """The same table from scikit-learn's folds of the rows, sorted by class."""
    order = np.argsort(flows.y, kind="stable")
    row = np.repeat(order, flows.counts[order])
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    table = np.zeros((flows.distinct_rows, folds), np.int64)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)
        for fold, (_, held_out) in enumerate(splitter.split(row, flows.y[row])):
            np.add.at(table, (row[held_out], fold), 1)
    return table


def of_classes(flows, table):
    return [table[flows.y == code].sum(axis=0).tolist() for code in range(len(flows.labels))]


@given(table=TABLES, folds=st.integers(2, 6))
@settings(max_examples=80, deadline=None)
def test_each_class_fills_the_folds_as_in_stratified_k_fold(table, folds):
    flows = counted(*zip(*table, strict=True))
    found = fold_counts(flows, folds=folds, seed=1)
    if max(np.bincount(flows.y, flows.counts)) >= folds:  # scikit-learn refuses fewer
        assert of_classes(flows, found) == of_classes(flows, by_rows(flows, folds=folds, seed=1))
    sizes = found.sum(axis=0)
    assert sizes.max() - sizes.min() <= 1


@given(table=TABLES, folds=st.integers(2, 6), seed=st.integers(0, 99))
@settings(max_examples=80, deadline=None)
def test_the_folds_of_a_flow_sum_to_its_count(table, folds, seed):
    flows = counted(*zip(*table, strict=True))
    found = fold_counts(flows, folds=folds, seed=seed)
    assert (found >= 0).all()
    assert found.sum(axis=1).tolist() == flows.counts.tolist()
    assert found.tolist() == fold_counts(flows, folds=folds, seed=seed).tolist()


def test_folds_of_many_millions_of_flows_hold_equal_shares():
    flows = counted([0, 0, 1, 2], [40_000_000, 3_000_000, 1_000_000, 7])
    found = fold_counts(flows, folds=5, seed=3)
    np.testing.assert_allclose(found[:3] / flows.counts[:3, np.newaxis], 0.2, atol=1e-3)
    assert found[:2].sum(axis=0).tolist() == [8_600_000] * 5


@pytest.mark.parametrize("y_counts", [((0, 0, 0), (3, 2, 1)), ((1, 0, 0, 1), (4, 3, 2, 2))])
def test_folds_of_counts_follow_the_law_of_shuffled_stratified_rows(y_counts):
    flows = counted(*y_counts)
    draws = 1500
    of_counts = (fold_counts(flows, folds=3, seed=seed) for seed in range(draws))
    of_rows = (by_rows(flows, folds=3, seed=seed) for seed in range(draws))
    ours, theirs = (Counter(table.tobytes() for table in of) for of in (of_counts, of_rows))
    common = [key for key in ours | theirs if ours[key] + theirs[key] >= 20]
    tables = [[seen[key] for key in common] for seen in (ours, theirs)]
    tables = [[*table, draws - sum(table) + 1] for table in tables]
    assert len(common) > 5
    assert chi2_contingency(tables).pvalue > 0.001


def test_two_distinct_flows_in_a_fold_vary_together_as_when_dealt_without_replacement():
    flows = counted([0, 0, 0], [50, 30, 20])
    draws = np.array([fold_counts(flows, folds=4, seed=seed)[:, 1] for seed in range(4000)])
    share = flows.counts / 100
    # 25 of 100 rows, drawn without replacement: the multivariate hypergeometric moments.
    covariance = 25 * (75 / 99) * (np.diag(share) - np.outer(share, share))
    np.testing.assert_allclose(draws.mean(axis=0), 25 * share, atol=0.15)
    np.testing.assert_allclose(np.cov(draws.T), covariance, atol=0.3)


@given(table=TABLES, folds=st.integers(2, 6), seed=st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_folds_of_vectors_are_those_of_group_k_fold_on_rows(table, folds, seed):
    flows = counted(*zip(*table, strict=True))
    flows.X[1::2] = flows.X[::2][: len(flows.X[1::2])]
    found = fold_vectors(flows, folds=folds, seed=seed)
    assert found.sum(axis=1).tolist() == flows.counts.tolist()
    row = np.repeat(np.arange(flows.distinct_rows), flows.counts)
    vector = flows.X[row, 0]
    if len(set(vector)) >= folds:  # scikit-learn refuses fewer
        splitter = GroupKFold(folds, shuffle=True, random_state=seed)
        for fold, (_, held_out) in enumerate(splitter.split(row, groups=vector)):
            of_rows = np.bincount(row[held_out], minlength=flows.distinct_rows)
            assert found[:, fold].tolist() == of_rows.tolist()
