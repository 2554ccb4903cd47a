"""Which features are equal in every row: found in each partition, kept where all agree."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.flows import Floats, Integers


def equal_columns(columns: Sequence[Floats]) -> Integers:
    """int64 (features,): for each feature the first that it equals in every row, mostly itself.

    >>> equal_columns([np.array([1.0, 2.0]), np.array([2.0, 1.0]), np.array([1.0, 2.0])]).tolist()
    [0, 1, 0]
    """
    sums: dict[float, list[int]] = {}
    first = []
    for index, column in enumerate(columns):
        alike = sums.setdefault(float(column.sum()), [])
        same = next((one for one in alike if np.array_equal(columns[one], column)), None)
        if same is None:
            alike.append(index)
        first.append(index if same is None else same)
    return np.array(first, np.int64)


def merge_equal(several: Sequence[Integers]) -> Integers:
    """The same of all rows together: features are equal where they are in every partition.

    >>> merge_equal([np.array([0, 0, 0]), np.array([0, 1, 0])]).tolist()
    [0, 1, 0]
    """
    names = np.stack(several, axis=1)
    _, first, group = np.unique(names, axis=0, return_index=True, return_inverse=True)
    return first[group.ravel()].astype(np.int64)
