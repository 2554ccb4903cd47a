"""Which rows are test rows: one bit a row, in the order of the files' names."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from pipeline.errors import DataError
from pipeline.flows import Booleans

Masks = tuple[Booleans, ...]


@dataclass(frozen=True, kw_only=True)
class SplitKind:
    """What a split holds out, and the rule that marks the test rows of each partition."""

    explanation: str
    masks: Callable[[Sequence[int], float, int], Masks]


def mark_test_rows(name: str, part_rows: Sequence[int], *, test_size: float, seed: int) -> Masks:
    """For each partition, bool (its rows,): true where the row is a test row.

    >>> mark_test_rows("random", [2, 3], test_size=0.2, seed=42)
    (array([False,  True]), array([False, False, False]))
    """
    return SPLITS[name].masks(part_rows, test_size, seed)


def _random(part_rows: Sequence[int], test_size: float, seed: int) -> Masks:
    """The rows that ``train_test_split(test_size=…, random_state=seed)`` puts into its test part.

    scikit-learn permutes all row numbers with the legacy generator and takes the first ones.
    """
    rows = sum(part_rows)
    test_rows = math.ceil(test_size * rows)
    if rows < 2 or test_rows >= rows:
        raise DataError(f"random split: {rows} usable rows cannot be split; give more flows")
    mask = np.zeros(rows, np.bool_)
    mask[np.random.RandomState(seed).permutation(rows)[:test_rows]] = True
    return tuple(np.split(mask, np.cumsum(part_rows)[:-1]))


def _by_file(part_rows: Sequence[int], test_size: float, seed: int) -> Masks:
    """The last files by name, as the data set's authors split theirs (135 of 169 files train)."""
    files = len(part_rows)
    # The decimal as written: int(5 * (1 - 0.8)) is 0, since 1 - 0.8 is a little below 0.2.
    train_files = math.floor(files * (1 - Fraction(str(test_size))))
    if not 0 < train_files < files:
        raise DataError(
            f"by_file split: {files} file(s) cannot be split at test_size {test_size};"
            " give more files, or use the random split"
        )
    return tuple(
        np.full(rows, number >= train_files, np.bool_) for number, rows in enumerate(part_rows)
    )


SPLITS: Final[Mapping[str, SplitKind]] = {
    "random": SplitKind(
        explanation="a random share of the rows, as scikit-learn's train_test_split",
        masks=_random,
    ),
    "by_file": SplitKind(
        explanation="the last files by name, as the data set's authors split theirs",
        masks=_by_file,
    ),
}
