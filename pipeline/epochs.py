"""The flows of an epoch, in order and in batches, from counts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.random import RandomState
from sklearn.utils import shuffle

from pipeline.flows import Floats, Integers

Batch = tuple[Floats, Integers, Floats]  # X, one column a class, counts


def whole_epochs(counts: Floats, chance: RandomState) -> Iterator[Integers]:
    """Every flow's row, shuffled anew for each epoch as scikit-learn shuffles the flows.

    >>> next(whole_epochs(np.array([3.0, 1.0]), RandomState(0))).tolist()
    [0, 1, 0, 0]
    """
    rows = np.repeat(np.arange(len(counts)), counts.astype(np.int64))
    while True:
        rows = shuffle(rows, random_state=chance)
        yield rows


def drawn_epochs(counts: Floats, chance: RandomState, *, flows: int) -> Iterator[Integers]:
    """For each epoch the rows of so many flows in random order, drawn by their shares.

    Each row comes as often as its share says, rounded up or down by chance.
    """
    reached = counts.cumsum()
    step = reached[-1] / flows
    while True:
        points = (np.arange(flows) + chance.random_sample()) * step
        rows = np.searchsorted(reached, points, side="right")
        chance.shuffle(rows)
        yield rows


def cut_batches(table: Batch, rows: Integers, *, size: int) -> list[Batch]:
    """An epoch's flows, ``size`` by ``size``; equal ones of a batch are one row with its count."""
    X, y, counts = table
    batch_numbers = np.arange(len(rows)) // size
    keys = batch_numbers * len(counts) + rows
    # Half as wide, they are sorted in half the time.
    narrow = np.min_scalar_type((batch_numbers[-1] + 1) * len(counts))
    keys, drawn = np.unique(keys.astype(narrow), return_counts=True)
    edges = np.searchsorted(keys // len(counts), np.arange(batch_numbers[-1] + 2))
    rows, drawn_counts = keys % len(counts), drawn.astype(X.dtype)
    X, y = X[rows], y[rows]
    return [(X[a:b], y[a:b], drawn_counts[a:b]) for a, b in pairwise(edges)]
