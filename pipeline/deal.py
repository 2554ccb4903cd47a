"""Which counted flows are test flows, for splits that are decided after flows were counted."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from pipeline.ceiling import first_of_vector
from pipeline.flows import Booleans, Integers, Split

Deal = Callable[[Split, float, int], Split]
"""From the split as it was counted, the share of test flows and a seed to the split as dealt."""


def as_marked(split: Split, test_size: float, seed: int) -> Split:
    """The split as its rows were marked."""
    return split


def whole_vectors(split: Split, test_size: float, seed: int) -> Split:
    """Each feature vector with all its flows on one side, the share of flows near ``test_size``.

    Vectors come in a random order, and each goes to the test part if there is room for it; what is
    left of the room is then filled if that brings the share nearer. A vector of more flows than
    the test part is to hold stays in training.
    """
    firsts = first_of_vector(split.flows)
    sizes = np.add.reduceat(split.flows.counts, np.flatnonzero(firsts))
    room = min(math.ceil(test_size * split.flows.rows), split.flows.rows - 1)
    is_test = _chosen(sizes, room, np.random.default_rng(seed))
    of_row = is_test[np.cumsum(firsts) - 1]
    return Split(
        name=split.name,
        flows=split.flows,
        test_counts=np.where(of_row, split.flows.counts, 0),
    )


def one_of_each(split: Split, test_size: float, seed: int) -> Split:
    """Each distinct (features, label) counted once, and a random share of them held out.

    They are the ones that scikit-learn's ``train_test_split`` holds out of the distinct rows in
    their order, except that one is always left to train on.
    """
    rows = split.flows.distinct_rows
    test_rows = min(math.ceil(test_size * rows), rows - 1)
    test_counts = np.zeros(rows, np.int64)
    test_counts[np.random.RandomState(seed).permutation(rows)[:test_rows]] = 1
    return Split(
        name=split.name,
        flows=split.flows.recount(np.ones(rows, np.int64)),
        test_counts=test_counts,
    )


def _chosen(sizes: Integers, room: int, chance: np.random.Generator) -> Booleans:
    """Vectors that fill the room as nearly as one pass can, and never all of them."""
    taken = _fitting(sizes, room, chance.permutation(len(sizes)))
    left = np.flatnonzero(~taken)
    missing = room - int(sizes[taken].sum())
    smallest = left[np.argmin(sizes[left])]
    if len(left) > 1 and (sizes[smallest] < 2 * missing or not taken.any()):
        taken[smallest] = True
    return taken


def _fitting(sizes: Integers, room: int, order: Integers) -> Booleans:
    """Each in its turn, if there is still room for it."""
    taken = np.zeros(len(sizes), np.bool_)
    while len(order):
        ends = np.cumsum(sizes[order])
        fitting = int(np.searchsorted(ends, room, side="right"))
        taken[order[:fitting]] = True
        room -= int(ends[fitting - 1]) if fitting else 0
        order = order[fitting:]
        order = order[sizes[order] <= room]
    return taken
