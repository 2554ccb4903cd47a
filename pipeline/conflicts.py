"""Label conflicts: equal feature vectors under several labels, which no classifier tells apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from pipeline.ceiling import first_of_vector
from pipeline.flows import CountedFlows, Integers

MOST_PAIRS: Final = 20


@dataclass(frozen=True, kw_only=True)
class ConflictPair:
    """Two labels that share feature vectors: how many, and how many flows of each lie in them."""

    first: str
    second: str
    vectors: int
    first_rows: int
    second_rows: int


@dataclass(frozen=True, kw_only=True)
class Conflicts:
    """What of the flows is in conflict.

    Attributes
    ----------
    vectors, conflicting_vectors
        Distinct feature vectors, and those of them that occur under several labels.
    rows, conflicting_rows
        All flows, and those that lie in such vectors.
    pairs
        The pairs of labels that share vectors with the most flows of the two, at most
        `MOST_PAIRS`; of a pair the label with more flows comes first.
    pairs_found
        How many pairs there are.
    """

    vectors: int
    conflicting_vectors: int
    rows: int
    conflicting_rows: int
    pairs: tuple[ConflictPair, ...]
    pairs_found: int


def label_conflicts(flows: CountedFlows) -> Conflicts:
    """The label conflicts among all these flows."""
    firsts = first_of_vector(flows)
    vector = np.cumsum(firsts) - 1
    labels_of_vector = np.bincount(vector)
    is_conflict = labels_of_vector > 1
    rows = np.flatnonzero(is_conflict[vector])
    pairs = _pairs(flows.take(rows), vector[rows])
    return Conflicts(
        vectors=len(labels_of_vector),
        conflicting_vectors=int(is_conflict.sum()),
        rows=flows.rows,
        conflicting_rows=int(flows.counts[rows].sum()),
        pairs=tuple(pairs[:MOST_PAIRS]),
        pairs_found=len(pairs),
    )


def _pairs(flows: CountedFlows, vector: Integers) -> list[ConflictPair]:
    """All pairs, those with the most flows first."""
    shape = (int(vector.max(initial=-1)) + 1, len(flows.labels))
    counts = csr_array((flows.counts, (vector, flows.y)), shape=shape)
    occurs = csr_array((np.ones_like(flows.counts), (vector, flows.y)), shape=shape)
    rows_beside = (counts.T @ occurs).toarray()
    vectors = (occurs.T @ occurs).toarray()
    pairs = [
        _pair(flows.labels, int(a), int(b), vectors, rows_beside)
        for a, b in zip(*np.nonzero(np.triu(vectors, k=1)), strict=True)
    ]
    return sorted(pairs, key=lambda pair: -(pair.first_rows + pair.second_rows))


def _pair(
    labels: tuple[str, ...], a: int, b: int, vectors: Integers, rows_beside: Integers
) -> ConflictPair:
    if rows_beside[a, b] < rows_beside[b, a]:
        a, b = b, a
    return ConflictPair(
        first=labels[a],
        second=labels[b],
        vectors=int(vectors[a, b]),
        first_rows=int(rows_beside[a, b]),
        second_rows=int(rows_beside[b, a]),
    )
