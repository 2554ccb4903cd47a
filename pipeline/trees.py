"""Trees of an ensemble as scikit-learn grows them, without what it checks anew for each tree."""

from __future__ import annotations

from functools import cache
from numbers import Integral
from typing import Any, Final, Self

import numpy as np
from numpy.typing import ArrayLike
from pandas import factorize
from sklearn.tree import DecisionTreeClassifier, ExtraTreeClassifier
from sklearn.tree._classes import CRITERIA_CLF, DENSE_SPLITTERS
from sklearn.tree._splitter import Splitter
from sklearn.tree._tree import BestFirstTreeBuilder, DepthFirstTreeBuilder, Tree
from sklearn.utils import check_random_state

from pipeline.flows import Floats

_ROOTS: Final = {"sqrt": np.sqrt, "log2": np.log2}


class BareTree(DecisionTreeClassifier):  # type: ignore[misc]
    """A decision tree of an ensemble that has looked at rows and labels itself.

    A night grows ten thousands of trees on a few thousand distinct rows, and the original spends
    a quarter of their time on asking of what kind rows, labels and counts are, and what its own
    parameters are called. The trees are the original's to the last bit.
    """

    def _fit(
        self,
        X: Floats,
        y: ArrayLike,
        sample_weight: Floats,
        **_: Any,  # noqa: ANN401 - that nothing is to be checked, and that no value is missing
    ) -> Self:
        self.n_features_in_, self.n_outputs_ = X.shape[1], 1
        codes, self.classes_ = factorize(np.ravel(y), sort=True)  # as np.unique, without sorting y
        self.n_classes_ = len(self.classes_)
        self.max_features_ = _features_tried(self.max_features, self.n_features_in_)
        classes = np.array([self.n_classes_], np.intp)
        self.tree_ = Tree(self.n_features_in_, classes, 1)
        least_weight = self.min_weight_fraction_leaf * np.sum(sample_weight)
        splitter = DENSE_SPLITTERS[self.splitter](
            CRITERIA_CLF[self.criterion](1, classes),
            self.max_features_,
            1,
            least_weight,
            check_random_state(self.random_state),
            None,
        )
        builder = tree_builder(self, splitter, least_weight=least_weight)
        targets = codes.astype(np.float64).reshape(-1, 1)
        builder.build(self.tree_, X, targets, sample_weight, None)
        self._prune_tree()
        return self

    @classmethod
    @cache
    def _get_param_names(cls) -> list[str]:
        names: list[str] = super()._get_param_names()
        return names


class BareExtraTree(BareTree, ExtraTreeClassifier):  # type: ignore[misc]
    """An extremely random tree of an ensemble."""


def tree_builder(tree: Any, splitter: Splitter, *, least_weight: float) -> Any:  # noqa: ANN401
    """What grows a tree with these parameters, two rows being enough to split, one for a leaf."""
    depth = np.iinfo(np.int32).max if tree.max_depth is None else tree.max_depth
    settings = (splitter, 2, 1, least_weight, depth)
    if tree.max_leaf_nodes is None:
        return DepthFirstTreeBuilder(*settings, tree.min_impurity_decrease)
    return BestFirstTreeBuilder(*settings, tree.max_leaf_nodes, tree.min_impurity_decrease)


def _features_tried(max_features: str | float | None, features: int) -> int:
    """How many features a split may try, as the original reads the parameter."""
    if max_features is None:
        return features
    if isinstance(max_features, str):
        return max(1, int(_ROOTS[max_features](features)))
    if isinstance(max_features, Integral):
        return int(max_features)
    return max(1, int(max_features * features))
