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

    def take(self, classes: Sequence[int] | Integers) -> Moments:
        """The same for only these classes, in the order given."""
        chosen = np.asarray(classes, dtype=np.intp)
        return Moments(count=self.count[chosen], mean=self.mean[chosen], m2=self.m2[chosen])

    def columns(self, features: Sequence[int]) -> Moments:
        """The same for only these features, in the order given."""
        chosen = list(features)
        return Moments(count=self.count, mean=self.mean[:, chosen], m2=self.m2[:, chosen])

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

    A code below zero belongs to no class. Distances are summed from the median of three rows of
    the class, so large means with a tiny spread lose no digits: the shift is one of the class's own
    values, hence at most ``count`` variances (squared) from the mean. A column that is constant in
    a class gives just that mean and an ``m2`` of zero.

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
    is_all = bool(kept.all())
    count = np.bincount(codes if is_all else codes[kept], minlength=n_classes)
    order = np.argsort(np.where(kept, codes, n_classes).astype(np.uint16), kind="stable")
    grouped = _Grouped(
        order=order[: count.sum()], count=count[count > 0], spare=np.empty(count.sum())
    )
    mean, m2 = (np.zeros((n_classes, len(columns))) for _ in range(2))
    with np.errstate(over="ignore", invalid="ignore"):
        for index, column in enumerate(columns if len(grouped.count) else ()):
            mean[count > 0, index], m2[count > 0, index] = grouped.moments(column)
    return Moments(count=count.astype(np.int64), mean=mean, m2=m2)


def merge_moments(a: Moments, b: Moments) -> Moments:
    """The moments of the rows of both (Chan, Golub and LeVeque 1979).

    >>> left = class_moments(np.array([[1.0]]), np.array([0]), 1)
    >>> merge_moments(left, class_moments(np.array([[3.0]]), np.array([0]), 1)).m2.tolist()
    [[2.0]]
    """
    count = a.count + b.count
    share = (b.count / np.maximum(count, 1))[:, np.newaxis]
    with np.errstate(over="ignore", invalid="ignore"):
        delta = np.where(a.count[:, np.newaxis] > 0, b.mean - a.mean, 0.0)
        mean = np.where(a.count[:, np.newaxis] > 0, a.mean + delta * share, b.mean)
        m2 = a.m2 + b.m2 + np.square(delta) * (a.count[:, np.newaxis] * share)
    return Moments(count=count, mean=mean, m2=m2)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Grouped:
    """Rows in the order of their classes, and how many rows each class has: at least one.

    One column after the other is worked on in ``spare``, which so stays in the cache.
    """

    order: Integers
    count: Integers
    spare: Floats

    def moments(self, column: Floats) -> tuple[Floats, Floats]:
        """Mean and ``m2`` of each class."""
        if column[0] == column[-1] and column.min() == column.max():
            return np.full(len(self.count), column[0]), np.zeros(len(self.count))
        values = column.take(self.order, mode="clip", out=self.spare)
        ends = np.cumsum(self.count)
        starts = ends - self.count
        shift = np.median(values[[starts, (starts + ends) // 2, ends - 1]], axis=0)
        values -= np.repeat(shift, self.count)
        total = np.add.reduceat(values, starts)
        np.square(values, out=values)
        squares = np.add.reduceat(values, starts)
        offset = total / self.count
        return shift + offset, np.maximum(squares - total * offset, 0.0)


def _placed(moments: Moments, index: int, group: int, n_groups: int) -> Moments:
    placed = empty_moments(n_groups, moments.mean.shape[1])
    placed.count[group] = moments.count[index]
    placed.mean[group] = moments.mean[index]
    placed.m2[group] = moments.m2[index]
    return placed
