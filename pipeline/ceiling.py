"""The best accuracy that any classifier can reach on these features."""

from __future__ import annotations

import numpy as np

from pipeline.flows import Booleans, CountedFlows, Split


def ceiling(flows: CountedFlows) -> float:
    """The share of flows that carry the commonest label of their feature vector.

    A classifier gives equal flows one label, so none can do better (this is one minus the
    empirical Bayes error of the flows).

    >>> table = CountedFlows(features=("TCP",), labels=("a", "b"),
    ...                      X=np.array([[0.0], [0.0], [1.0]]), y=np.array([0, 1, 1]),
    ...                      counts=np.array([3, 1, 6]))
    >>> ceiling(table)
    0.9
    """
    starts = np.flatnonzero(first_of_vector(flows))
    return float(np.maximum.reduceat(flows.counts, starts).sum() / flows.rows)


def first_of_vector(flows: CountedFlows) -> Booleans:
    """Mark, as bool (distinct rows,), where features differ from the row before."""
    return np.append(True, (flows.X[1:] != flows.X[:-1]).any(axis=1))


def known_rows(split: Split) -> int:
    """How many test flows have a feature vector that occurs among the training flows."""
    starts = np.flatnonzero(first_of_vector(split.flows))
    train = np.add.reduceat(split.flows.counts - split.test_counts, starts)
    return int(np.add.reduceat(split.test_counts, starts)[train > 0].sum())
