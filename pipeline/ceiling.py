"""The best accuracy that any classifier can reach on these features, and how far to trust it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.flows import Booleans, CountedFlows, Split


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What bounds the accuracy on these features from above, and an estimate from below.

    Attributes
    ----------
    ceiling
        The share of flows that carry the commonest label of their feature vector. A classifier
        gives equal flows one label, so none can do better on these very flows (this is one minus
        their empirical Bayes error). Where vectors are rare it promises too much: a flow alone in
        its vector counts as a hit.
    leave_one_out
        The share of flows whose label is the commonest among the *other* flows of their vector;
        ties count as misses, and so does a flow alone. Of flows yet to come the ceiling is too
        high on average, and this too low: where the two are far apart, the flows are too few to
        tell what the features are worth.
    lone_rows
        Flows alone in their vector.
    """

    ceiling: float
    leave_one_out: float
    lone_rows: int


def bounds(flows: CountedFlows) -> Bounds:
    """Both bounds of the accuracy on these flows.

    >>> table = CountedFlows(features=("TCP",), labels=("a", "b"),
    ...                      X=np.array([[0.0], [0.0], [1.0]]), y=np.array([0, 1, 1]),
    ...                      counts=np.array([3, 1, 6]))
    >>> bounds(table)
    Bounds(ceiling=0.9, leave_one_out=0.9, lone_rows=0)
    """
    firsts = first_of_vector(flows)
    starts = np.flatnonzero(firsts)
    most = np.maximum.reduceat(flows.counts, starts)
    is_most = flows.counts == most[np.cumsum(firsts) - 1]
    is_tied = np.add.reduceat(is_most.astype(np.int64), starts) > 1
    second = np.maximum.reduceat(np.where(is_most, 0, flows.counts), starts)
    sizes = np.add.reduceat(flows.counts, starts)
    return Bounds(
        ceiling=float(most.sum() / flows.rows),
        leave_one_out=float(most[~is_tied & (most - second > 1)].sum() / flows.rows),
        lone_rows=int((sizes == 1).sum()),
    )


def ceiling(flows: CountedFlows) -> float:
    """The upper bound alone."""
    return bounds(flows).ceiling


def first_of_vector(flows: CountedFlows) -> Booleans:
    """Mark, as bool (distinct rows,), where features differ from the row before."""
    return np.append(True, (flows.X[1:] != flows.X[:-1]).any(axis=1))


def known_rows(split: Split) -> int:
    """How many test flows have a feature vector that occurs among the training flows."""
    starts = np.flatnonzero(first_of_vector(split.flows))
    train = np.add.reduceat(split.flows.counts - split.test_counts, starts)
    return int(np.add.reduceat(split.test_counts, starts)[train > 0].sum())
