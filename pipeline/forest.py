"""Forests on counts: bootstraps are drawn from them, or every tree sees them all."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.utils import check_random_state

from pipeline.flows import Floats
from pipeline.trees import BareExtraTree, BareTree


class CountedForest(RandomForestClassifier):  # type: ignore[misc]
    """A random forest on counted rows.

    Each tree sees a bootstrap of as many flows as are counted, drawn as one multinomial over the
    distinct rows: the law of the original on expanded rows, at a cost that does not grow with
    them. (The original draws flows one by one; 100 trees over 37 million flows would take minutes.)
    """

    def __init__(
        self,
        n_estimators: int = 100,
        *,
        criterion: str = "gini",
        max_depth: int | None = None,
        min_weight_fraction_leaf: float = 0.0,
        max_features: str | float = "sqrt",
        max_leaf_nodes: int | None = None,
        min_impurity_decrease: float = 0.0,
        n_jobs: int | None = None,
        random_state: int | RandomState | None = None,
    ) -> None:
        super().__init__(
            n_estimators,
            criterion=criterion,
            max_depth=max_depth,
            min_weight_fraction_leaf=min_weight_fraction_leaf,
            max_features=max_features,
            max_leaf_nodes=max_leaf_nodes,
            min_impurity_decrease=min_impurity_decrease,
            n_jobs=n_jobs,
            random_state=random_state,
            bootstrap=False,  # the trees draw it themselves
        )
        self.estimator = BootstrapTree()

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit; a row counts ``sample_weight`` times."""
        counts = np.ones(len(np.asarray(y))) if sample_weight is None else sample_weight
        super().fit(X, y, sample_weight=counts)
        return self


class BootstrapTree(BareTree):
    """A decision tree that draws its own bootstrap from the counts of its rows."""

    def _fit(
        self,
        X: Floats,
        y: ArrayLike,
        sample_weight: Floats,
        **settings: Any,  # noqa: ANN401
    ) -> Self:
        chance = check_random_state(self.random_state)
        flows = sample_weight.sum()
        drawn = chance.multinomial(int(flows), sample_weight / flows)
        super()._fit(X, y, sample_weight=drawn.astype(np.float64), **settings)
        return self


class ExtraTrees(ExtraTreesClassifier):  # type: ignore[misc]
    """Extremely random trees, the original's to the last bit.

    >>> model = ExtraTrees(random_state=0).fit([[0.0], [1.0]], [0, 1], sample_weight=[5, 5])
    >>> model.predict([[0.2], [0.7]]).tolist()
    [0, 1]
    """

    def _validate_estimator(self) -> None:
        super()._validate_estimator()
        self.estimator_ = BareExtraTree()
