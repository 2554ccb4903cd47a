"""SPLITS: what is held out for the test, and by which rule."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from pipeline.deal import Deal, as_marked, one_of_each, whole_vectors
from pipeline.errors import DataError
from pipeline.flows import Booleans, Split
from pipeline.folds import Fold, fold_counts, fold_vectors

Masks = tuple[Booleans, ...]
"""For each partition, in the order of the files' names, bool (its usable rows,)."""

Mark = Callable[[Sequence[int], float, int], Masks]
"""From the rows of each partition, the share of test rows and a seed to the test rows."""


@dataclass(frozen=True, kw_only=True)
class SplitKind:
    """What a split holds out: by rows, before flows are counted, or by counted flows, after it.

    A split that deals counted flows marks no rows. So no row is a test row yet when the features
    are chosen, and they are chosen on all rows: which flows are test flows follows from them.

    Attributes
    ----------
    explanation
        What is held out and what a score on it says, for the reader of a report.
    mark
        The rule that marks the test rows of each partition.
    deal
        The rule that makes the split of the counted flows.
    fold
        The rule that deals the training flows to folds, so that a fold holds out what the test
        part does.
    """

    explanation: str
    mark: Mark
    deal: Deal = as_marked
    fold: Fold = fold_counts

    @property
    def marks_rows(self) -> bool:
        """Whether a row is known to be a test row before features are chosen."""
        return self.deal is as_marked


def mark_test_rows(name: str, part_rows: Sequence[int], *, test_size: float, seed: int) -> Masks:
    """For each partition, bool (its rows,): true where the row is a test row.

    >>> mark_test_rows("random", [2, 3], test_size=0.2, seed=42)
    (array([False,  True]), array([False, False, False]))
    """
    return SPLITS[name].mark(part_rows, test_size, seed)


def deal_flows(split: Split, *, test_size: float, seed: int) -> Split:
    """The split that its kind makes of the counted flows."""
    return SPLITS[split.name].deal(split, test_size, seed)


def no_test_rows(part_rows: Sequence[int], test_size: float = 0.0, seed: int = 0) -> Masks:
    """Masks without a test row."""
    return tuple(np.zeros(rows, np.bool_) for rows in part_rows)


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


_CHOSEN_ON_ALL: Final = (
    "features are chosen on all rows, test rows included, since which flows are held out depends"
    " on the features: labels of test flows have a say in which columns are used, and in no fit"
)

SPLITS: Final[Mapping[str, SplitKind]] = {
    "random": SplitKind(
        explanation="a random share of the rows, as scikit-learn's train_test_split; flows that"
        " repeat lie on both sides, so it tells how well known flows are recognised",
        mark=_random,
    ),
    "distinct": SplitKind(
        explanation="each feature vector with all its flows lies on one side, so it tells how well"
        f" flows never seen are recognised; {_CHOSEN_ON_ALL}",
        mark=no_test_rows,
        deal=whole_vectors,
        fold=fold_vectors,
    ),
    "by_file": SplitKind(
        explanation="the last files by name, as the data set's authors split theirs; few files cut"
        " coarsely, and flows that repeat lie on both sides",
        mark=_by_file,
    ),
    "deduplicated": SplitKind(
        explanation="each distinct flow (features and label) counted once, and a random share of"
        " these held out: a flow seen a million times weighs as much as one seen once, in the fit"
        f" and in the score; {_CHOSEN_ON_ALL}",
        mark=no_test_rows,
        deal=one_of_each,
    ),
}
