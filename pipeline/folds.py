"""Folds of counted flows: by rows or by feature vectors, as scikit-learn's, without the rows."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from pipeline.ceiling import first_of_vector
from pipeline.flows import CountedFlows, Integers


class Fold(Protocol):
    """What deals counted flows to folds: int64 (distinct rows, folds), summing to the counts."""

    def __call__(self, flows: CountedFlows, *, folds: int, seed: int) -> Integers:
        """How many flows of each distinct row lie in each fold."""
        ...


def fold_counts(flows: CountedFlows, *, folds: int, seed: int) -> Integers:
    """int64 (distinct rows, folds): how many flows of each distinct row lie in each fold.

    Rows of one class, shuffled and dealt to folds of fixed sizes, fall on its distinct rows by a
    multivariate hypergeometric law: the law of ``StratifiedKFold(folds, shuffle=True)``, whose
    fold sizes these are. The rows sum to ``flows.counts``.
    """
    random = np.random.default_rng(seed)
    dealt = np.zeros((flows.distinct_rows, folds), np.int64)
    sizes = fold_sizes(np.bincount(flows.y, flows.counts, len(flows.labels)), folds=folds)
    for code in range(len(flows.labels)):
        rows = np.flatnonzero(flows.y == code)
        dealt[rows] = _deal(flows.counts[rows], sizes[code], random)
    return dealt


def fold_sizes(class_rows: np.ndarray, *, folds: int) -> Integers:
    """int64 (classes, folds): scikit-learn deals every ``folds``-th of the rows sorted by class."""
    ends = np.cumsum(class_rows).astype(np.int64)
    fold = np.arange(folds)
    dealt_before = (ends[:, None] - fold + folds - 1) // folds
    return np.diff(dealt_before, axis=0, prepend=0)


def fold_vectors(flows: CountedFlows, *, folds: int, seed: int) -> Integers:
    """int64 (distinct rows, folds): each feature vector with all its flows in one fold.

    The folds of ``GroupKFold(folds, shuffle=True, random_state=seed)`` with a group for each
    vector: about equally many vectors each, not rows.
    """
    firsts = first_of_vector(flows)
    order = np.random.RandomState(seed).permutation(int(firsts.sum()))
    fold = np.empty(len(order), np.int64)
    for number, vectors in enumerate(np.array_split(order, folds)):
        fold[vectors] = number
    dealt = np.zeros((flows.distinct_rows, folds), np.int64)
    dealt[np.arange(flows.distinct_rows), fold[np.cumsum(firsts) - 1]] = flows.counts
    return dealt


def _deal(counts: Integers, sizes: Integers, random: np.random.Generator) -> Integers:
    left = counts.copy()
    dealt = np.zeros((len(counts), len(sizes)), np.int64)
    for fold, size in enumerate(sizes[:-1]):
        if size:
            dealt[:, fold] = random.multivariate_hypergeometric(left, size, method="marginals")
        left -= dealt[:, fold]
    dealt[:, -1] = left
    return dealt
