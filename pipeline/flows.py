"""The values that pass between stages: frozen, keyword-only, in one canonical order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class CountedFlows:
    """Each distinct (features, label) once, with the number of flows it stands for.

    Rows stand in lexicographic order of their features, then of their label, so that nothing
    computed from them depends on partitions or workers.

    Attributes
    ----------
    features
        Names of the columns of ``X``.
    labels
        Names of the classes; ``y`` indexes them. A class may have no row here.
    X
        float64, (distinct rows, features), C order, no NaN, no infinity, no negative zero.
    y
        int64, (distinct rows,): index into ``labels``.
    counts
        int64, (distinct rows,): at least 1.
    """

    features: tuple[str, ...]
    labels: tuple[str, ...]
    X: Floats
    y: Integers
    counts: Integers

    @property
    def rows(self) -> int:
        """How many flows are counted."""
        return int(self.counts.sum())

    @property
    def distinct_rows(self) -> int:
        """How many distinct (features, label) there are."""
        return len(self.counts)

    @property
    def vectors(self) -> tuple[Floats, Integers]:
        """Each distinct feature vector, whatever its labels, and its place for every row.

        >>> flows = CountedFlows(features=("a",), labels=("x", "y"), counts=np.array([5, 2, 3]),
        ...                      X=np.array([[0.0], [0.0], [1.0]]), y=np.array([0, 1, 1]))
        >>> [array.tolist() for array in flows.vectors]
        [[[0.0], [1.0]], [0, 0, 1]]
        """
        is_new = np.ones(len(self.X), np.bool_)
        is_new[1:] = (self.X[1:] != self.X[:-1]).any(axis=1)
        return self.X[is_new], np.cumsum(is_new) - 1

    def take(self, rows: Booleans | Integers) -> CountedFlows:
        """The same table with only these rows, in the order given."""
        return self.recount(self.counts[rows], rows=rows)

    def recount(self, counts: Integers, *, rows: Booleans | Integers | None = None) -> CountedFlows:
        """The same rows (or only ``rows`` of them) with other counts."""
        chosen: Booleans | Integers | slice = slice(None) if rows is None else rows
        return CountedFlows(
            features=self.features,
            labels=self.labels,
            X=self.X[chosen],
            y=self.y[chosen],
            counts=counts,
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Split:
    """Counted flows whose flows lie partly in the training part, partly in the test part.

    Attributes
    ----------
    flows
        Every distinct (features, label) of both parts, counted over both.
    test_counts
        int64, (distinct rows,): how many of ``flows.counts`` are test flows.
    fold_counts
        int64, (distinct rows, folds): how many of the others each fold holds out, where folds
        were dealt before the flows were counted.
    """

    name: str
    flows: CountedFlows
    test_counts: Integers
    fold_counts: Integers | None = None

    @property
    def train(self) -> CountedFlows:
        """The training part."""
        return _occurring(self.flows, self.flows.counts - self.test_counts)

    @property
    def train_folds(self) -> Integers | None:
        """``fold_counts`` of the distinct rows of the training part."""
        if self.fold_counts is None:
            return None
        return self.fold_counts[self.flows.counts > self.test_counts]

    @property
    def test(self) -> CountedFlows:
        """The test part."""
        return _occurring(self.flows, self.test_counts)


def _occurring(flows: CountedFlows, counts: Integers) -> CountedFlows:
    rows = counts > 0
    return flows.recount(counts[rows], rows=rows)
