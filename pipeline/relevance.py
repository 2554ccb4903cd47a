"""What one feature alone tells of the class, from how often each class falls into its bins."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from sklearn.metrics import mutual_info_score
from sklearn.tree import DecisionTreeClassifier

from pipeline.flows import Integers

TREE_DEPTH: Final = 3


def mutual_information(bins: Integers) -> list[float]:
    """Of each feature's bin and the class, in nats, as ``sklearn.metrics.mutual_info_score``.

    NaN where there is no row.
    """
    return [
        float(mutual_info_score(None, None, contingency=counts)) if counts.any() else math.nan
        for counts in bins
    ]


def tree_scores(bins: Integers) -> list[float]:
    """How well a shallow tree on each feature alone tells the classes, from 0 to 1.

    The balanced accuracy, on the rows it was grown on with every class weighing the same, over the
    best that its eight leaves can reach: a tree has a leaf for eight classes at most.
    """
    present = int((bins[0].sum(axis=0) > 0).sum())
    best = min(2**TREE_DEPTH, present) / max(present, 1)
    return [_balanced_accuracy(counts) / best if present > 1 else 0.0 for counts in bins]


def _balanced_accuracy(counts: Integers) -> float:
    weight = (counts / np.maximum(counts.sum(axis=0), 1)).ravel()
    cell, code = (of_axis.ravel() for of_axis in np.indices(counts.shape))
    # Gini finds all ways to part pure classes equally good; entropy parts them in the middle.
    tree = DecisionTreeClassifier(criterion="entropy", max_depth=TREE_DEPTH, random_state=0)
    guess = tree.fit(cell[:, np.newaxis], code, sample_weight=weight).predict(cell[:, np.newaxis])
    return float(weight[guess == code].sum() / weight.sum())
