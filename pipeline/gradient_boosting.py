"""Gradient boosting as scikit-learn's, without what the original does anew around every tree."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.random import RandomState
from sklearn._loss.loss import ExponentialLoss
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.tree import DecisionTreeRegressor
from sklearn.tree._criterion import MSE
from sklearn.tree._splitter import BestSplitter
from sklearn.tree._tree import Tree

from pipeline.flows import Floats, Integers
from pipeline.trees import tree_builder

ROWS_TOGETHER: Final = 4_096
"""Rows, of one class or of several, whose leaves are valued together: few enough for the cache."""

NEGLIGIBLE: Final = 1e-150  # the original gives a leaf no step where its curvature is below it


class GradientBoosting(GradientBoostingClassifier):  # type: ignore[misc]
    """The original's trees, from its own splitter, at a third of the time on a thousand rows.

    A night grows many thousand trees of a few leaves on few distinct rows, and the original spends
    most of each on checking its input again and on a loop over the leaves in Python. The trees
    are the original's to the last bit.

    >>> model = GradientBoosting(n_estimators=2).fit([[0.0], [1.0]], [0, 1], sample_weight=[5, 5])
    >>> model.predict([[0.2], [0.7]]).tolist()
    [0, 1]
    """

    def _fit_stage(
        self,
        i: int,
        X: Floats,
        y: Floats,
        raw_predictions: Floats,
        sample_weight: Floats,
        sample_mask: Any,  # noqa: ANN401 - all rows: subsample stays 1
        random_state: RandomState,
        **_: Any,  # noqa: ANN401 - sparse forms of X
    ) -> Floats:
        """Grow one tree a class, and add what they say to ``raw_predictions``."""
        gradient = self._loss.gradient(y_true=y, raw_prediction=raw_predictions)
        downhill = np.asfortranarray(-gradient.reshape(len(X), -1))
        builder = self._builder(X, sample_weight, random_state)
        trees = []
        for k, steepest in enumerate(downhill.T):
            regressor = self._unfitted(X)
            builder.build(regressor.tree_, X, steepest[:, None], sample_weight, None)
            if self.ccp_alpha:
                regressor._prune_tree()
            trees.append(regressor.tree_)
            self.estimators_[i, k] = regressor
        target = y == np.arange(len(trees))[:, None] if self._loss.is_multiclass else y[None]
        together = max(1, ROWS_TOGETHER // len(X))
        for first in range(0, len(trees), together):
            some = slice(first, first + together)
            steps = self._value_leaves(
                trees[some], X, target[some], downhill.T[some], sample_weight
            )
            raw_predictions[:, some] += self.learning_rate * steps.T
        return raw_predictions

    def _unfitted(self, X: Floats) -> DecisionTreeRegressor:
        """A tree with nothing grown yet, as the original's ``fit`` makes it."""
        regressor = DecisionTreeRegressor(ccp_alpha=self.ccp_alpha)
        regressor.n_features_in_ = X.shape[1]
        regressor.n_outputs_ = 1
        regressor.max_features_ = self.max_features_
        regressor.tree_ = Tree(X.shape[1], np.ones(1, np.intp), 1)
        return regressor

    def _builder(self, X: Floats, counts: Floats, chance: RandomState) -> Any:  # noqa: ANN401
        least_weight = self.min_weight_fraction_leaf * counts.sum()
        splitter = BestSplitter(MSE(1, len(X)), self.max_features_, 1, least_weight, chance, None)
        return tree_builder(self, splitter, least_weight=least_weight)

    def _value_leaves(
        self, trees: Sequence[Tree], X: Floats, target: Floats, downhill: Floats, counts: Floats
    ) -> Floats:
        """Give each leaf the original's Newton step: mean gradient over mean curvature.

        Returns float64 (trees, rows): the steps of the leaves that the rows are in.
        """
        nodes = np.cumsum([0, *(tree.node_count for tree in trees)])
        leaves = np.stack([tree.apply(X) for tree in trees]) + nodes[:-1, None]
        terms = np.stack([downhill, self._curvature(target, downhill), np.ones_like(downhill)])
        terms *= counts
        reached, (slope, bend, flows) = _sums_by_leaf(leaves.ravel(), terms.reshape(3, -1))
        slope /= flows
        bend /= flows
        if self._loss.is_multiclass:
            slope *= (self.n_classes_ - 1) / self.n_classes_
        steps = np.zeros(nodes[-1])
        is_bent = np.abs(bend) >= NEGLIGIBLE
        steps[reached[is_bent]] = slope[is_bent] / bend[is_bent]
        edges = np.searchsorted(reached, nodes)
        for tree, start, (first, last) in zip(trees, nodes, pairwise(edges), strict=False):
            own = reached[first:last]
            tree.value[own - start, 0, 0] = steps[own]
        of_rows: Floats = steps[leaves]
        return of_rows

    def _curvature(self, target: Floats, downhill: Floats) -> Floats:
        if isinstance(self._loss, ExponentialLoss):
            return np.abs(downhill)
        probability = target - downhill
        return probability * (1 - probability)


def _sums_by_leaf(leaves: Integers, terms: Floats) -> tuple[Integers, Floats]:
    """The leaves that rows are in, and for each of them the sums of every row of ``terms``.

    A zero before each leaf's terms has ``reduceat`` round as ``sum`` over that leaf alone.

    >>> _sums_by_leaf(np.array([4, 2, 4]), np.array([[1.0, 10.0, 100.0]]))
    (array([2, 4]), array([[ 10., 101.]]))
    """
    rows = np.bincount(leaves)
    reached = np.flatnonzero(rows)
    starts = np.concatenate([[0], (rows[reached] + 1).cumsum()])
    apart = np.zeros((len(terms), starts[-1]))
    is_term = np.ones(starts[-1], bool)
    is_term[starts[:-1]] = False
    narrow = leaves.astype(np.min_scalar_type(len(rows)))  # NumPy sorts 16 bits by their digits
    apart[:, is_term] = terms[:, np.argsort(narrow, kind="stable")]
    return reached, np.add.reduceat(apart, starts[:-1], axis=1)
