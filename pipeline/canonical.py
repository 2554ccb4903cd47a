"""From a table of counts to a split whose rows stand in lexicographic order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from pipeline.coarseness import EXACT
from pipeline.counted import Counted, group
from pipeline.flows import CountedFlows, Floats, Integers, Split
from pipeline.ladder import Ladder


def canonical_split(
    counted: Counted,
    ladder: Ladder,
    *,
    name: str,
    features: tuple[str, ...],
    classes: Sequence[str],
    test: str,
    folds: Sequence[str] = (),
) -> Split:
    """The split of flows that were counted by label, ``classes`` naming each label's class.

    ``test`` is the column that counts the test flows, ``folds`` are those that count the flows of
    each fold. A bin becomes the value that stands for it.
    """
    labels = tuple(sorted(set(classes)))
    class_of = np.array([labels.index(one) for one in classes], np.int64)
    keys = counted.features
    table = pa.table(
        {key: counted.table.column(key) for key in keys}
        | {"class": class_of[counted.table.column("label").to_numpy()]}
        | {name: _whole(counted.table, name) for name in ("count", test, *folds)}
    )
    if len(labels) < len(classes):
        table = group(table)
    order = lexicographic_order([table.column(key).to_numpy() for key in [*keys, "class"]])
    flows = CountedFlows(
        features=features,
        labels=labels,
        X=_values(table, counted, ladder, order),
        y=table.column("class").to_numpy()[order],
        counts=_whole(table, "count")[order],
    )
    return Split(
        name=name,
        flows=flows,
        test_counts=_whole(table, test)[order],
        fold_counts=_fold_counts(table, folds, order),
    )


def lexicographic_order(columns: Sequence[np.ndarray]) -> Integers:
    """The order of the rows by their first column, then by their second, and so on.

    Each column's ranks take but the bits they need, so that a few words are sorted rather than
    many columns.

    >>> lexicographic_order([np.array([2.0, 1.0, 1.0]), np.array([0, 9, 3])]).tolist()
    [2, 1, 0]
    """
    words: list[np.ndarray] = []
    room = 0
    for column in columns:
        ranks, bits = _ranks(column)
        if bits > room:
            words.append(np.zeros(len(column), np.uint64))
            room = 64
        words[-1] = (words[-1] << np.uint64(bits)) | ranks
        room -= bits
    order: Integers = np.lexsort(words[::-1])
    return order


def _ranks(column: np.ndarray) -> tuple[np.ndarray, int]:
    """The rank of each value among the column's distinct ones, and how many bits that takes."""
    found = pa.array(column).dictionary_encode()
    distinct = found.dictionary.to_numpy()
    rank = np.empty(len(distinct), np.uint64)
    rank[np.argsort(distinct)] = np.arange(len(distinct), dtype=np.uint64)
    return rank[found.indices.to_numpy()], max(len(distinct) - 1, 1).bit_length()


def _whole(table: pa.Table, name: str) -> Integers:
    column: np.ndarray = table.column(name).to_numpy()
    return column.astype(np.int64)


def _fold_counts(table: pa.Table, folds: Sequence[str], order: Integers) -> Integers | None:
    if not folds:
        return None
    return np.column_stack([_whole(table, name)[order] for name in folds])


def _values(table: pa.Table, counted: Counted, ladder: Ladder, order: Integers) -> Floats:
    X = np.empty((table.num_rows, len(counted.features)))
    for number, key in enumerate(counted.features):
        column = table.column(key).to_numpy()[order]
        if counted.level > EXACT:
            column = ladder.bins[counted.level - 1][number].values[column]
        X[:, number] = column
    return X
