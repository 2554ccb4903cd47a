"""Count, mean and centred sum of squares of every feature in every class, mergeable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.flows import Booleans, Floats, Integers


@dataclass(frozen=True, kw_only=True, eq=False)
class Moments:
    """What the rows of each class come to.

    Attributes
    ----------
    count
        int64, (classes,): rows of the class.
    mean
        float64, (classes, features): zero for a class without rows.
    m2
        float64, (classes, features): sum of the squared distances from the mean.
    """

    count: Integers
    mean: Floats
    m2: Floats

    def take(self, classes: Integers) -> Moments:
        """The same for only these classes, in the order given."""
        return Moments(count=self.count[classes], mean=self.mean[classes], m2=self.m2[classes])

    def regroup(self, codes: Integers, n_groups: int) -> Moments:
        """Classes merged into groups: class ``i`` goes to group ``codes[i]``, nowhere below 0."""
        merged = empty_moments(n_groups, self.mean.shape[1])
        for start, group in enumerate(codes):
            if group >= 0:
                merged = merge_moments(merged, _placed(self, start, int(group), n_groups))
        return merged

    def pooled(self) -> Moments:
        """One class that holds all rows."""
        return self.regroup(np.zeros(len(self.count), dtype=np.int64), 1)


def empty_moments(n_classes: int, n_features: int) -> Moments:
    """The moments of no rows: merging with them changes nothing."""
    zeros = np.zeros((n_classes, n_features))
    return Moments(count=np.zeros(n_classes, dtype=np.int64), mean=zeros, m2=zeros.copy())


def class_moments(
    X: Floats, codes: Integers, n_classes: int, *, rows: Booleans | None = None
) -> Moments:
    """The moments of each class over the rows of ``X``, or over the rows that the mask allows.

    A code below zero belongs to no class. Distances are summed first from some row of the class,
    which gives its mean, then from that mean; what rounding left of their sum corrects mean and
    ``m2``. So large means with a tiny spread lose no digits, and a column that is constant in a
    class gives just that mean and an ``m2`` of zero. Column order (``X.T`` contiguous) is fast.

    >>> found = class_moments(np.array([[1.0], [3.0], [7.0]]), np.array([0, 0, 1]), 2)
    >>> found.mean.ravel().tolist(), found.m2.ravel().tolist()
    ([2.0, 7.0], [2.0, 0.0])
    """
    return column_moments(tuple(X.T), codes, n_classes, rows=rows)


def column_moments(
    columns: Sequence[Floats], codes: Integers, n_classes: int, *, rows: Booleans | None = None
) -> Moments:
    """The same from the features one by one, which need not lie in one matrix."""
    kept = codes >= 0 if rows is None else rows & (codes >= 0)
    bins = np.where(kept, codes, n_classes).astype(np.intp, copy=False)
    count = np.bincount(bins, minlength=n_classes + 1)
    some_row = np.zeros(n_classes + 1, dtype=np.intp)
    some_row[bins] = np.arange(len(bins))
    mean, m2 = (np.zeros((n_classes, len(columns))) for _ in range(2))
    if len(bins):
        with np.errstate(over="ignore", invalid="ignore"):
            for index, column in enumerate(columns):
                values = np.ascontiguousarray(column)
                mean[:, index], m2[:, index] = _of_column(values, bins, count, values[some_row])
    return Moments(count=count[:n_classes].astype(np.int64), mean=mean, m2=m2)


def merge_moments(a: Moments, b: Moments) -> Moments:
    """The moments of the rows of both (Chan, Golub and LeVeque 1979).

    >>> left = class_moments(np.array([[1.0]]), np.array([0]), 1)
    >>> merge_moments(left, class_moments(np.array([[3.0]]), np.array([0]), 1)).m2.tolist()
    [[2.0]]
    """
    count = a.count + b.count
    share = (b.count / np.maximum(count, 1))[:, np.newaxis]
    delta = np.where(a.count[:, np.newaxis] > 0, b.mean - a.mean, 0.0)
    mean = np.where(a.count[:, np.newaxis] > 0, a.mean + delta * share, b.mean)
    m2 = a.m2 + b.m2 + np.square(delta) * (a.count[:, np.newaxis] * share)
    return Moments(count=count, mean=mean, m2=m2)


def _of_column(
    values: Floats, bins: Integers, count: Integers, some_value: Floats
) -> tuple[Floats, Floats]:
    """Mean and ``m2`` of each class; the last bin holds the rows of no class and is dropped."""
    is_empty = count[:-1] == 0
    if values.min() == values.max():
        return np.where(is_empty, 0.0, values[0]), np.zeros(len(is_empty))
    rows = np.maximum(count, 1)
    guess = some_value + np.bincount(bins, values - some_value[bins], len(count)) / rows
    distance = values - guess[bins]
    left = np.bincount(bins, distance, len(count))
    m2 = np.bincount(bins, np.square(distance), len(count)) - left * left / rows
    mean = guess + left / rows
    return np.where(is_empty, 0.0, mean[:-1]), np.maximum(m2[:-1], 0.0)


def _placed(moments: Moments, index: int, group: int, n_groups: int) -> Moments:
    placed = empty_moments(n_groups, moments.mean.shape[1])
    placed.count[group] = moments.count[index]
    placed.mean[group] = moments.mean[index]
    placed.m2[group] = moments.m2[index]
    return placed
