"""The models that are compared, one entry each, and how counted flows enter them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

from pipeline.ada_boost import AdaBoost
from pipeline.distributed_zoo import DISTRIBUTED
from pipeline.errors import ModelError, unknown
from pipeline.forest import CountedForest, ExtraTrees
from pipeline.gradient_boosting import GradientBoosting
from pipeline.model import Model
from pipeline.more_models import MORE_MODELS
from pipeline.neighbors import CountedNeighbors
from pipeline.network import CountedNetwork
from pipeline.weighted import CountedGaussianNB, CountedSVC

WEIGHT: Final = "the count is the row's weight in the loss"
TREE_WEIGHT: Final = "the count is the row's weight in every split"


def find_model(name: str) -> Model:
    """The zoo's entry of that name.

    >>> find_model("decision_tree").build(0, {"max_depth": 3})
    DecisionTreeClassifier(max_depth=3, random_state=0)
    >>> find_model("svm")
    Traceback (most recent call last):
    pipeline.errors.ModelError: unknown model 'svm'; did you mean 'svc'?
    """
    if name not in ALL_MODELS:
        raise ModelError(unknown("model", name, ALL_MODELS))
    return ALL_MODELS[name]


# Budgets are from fits of ten continuous columns and 34 classes on one core, in CPU seconds:
#                        10,000   50,000   200,000 distinct rows
#   logistic_regression     2.5     14.0      64.0
#   decision_tree           0.0      0.1       0.6
#   random_forest           1.0      5.2      25.1
#   gradient_boosting      28.3        -         -    (5,000: 13.4)
#   ada_boost               0.3      1.5       7.0
#   extra_trees             0.4      2.2      13.9
#   svc                     2.3        -         -    (and 2.0 to predict 5,000 rows)
#   k_nearest_neighbors     0.0      0.1       0.4    (and 0.05 to predict 5,000 rows)
#   gaussian_nb             0.0      0.0       0.1
#   neural_network          1.4      2.5       2.3
# Above a million distinct rows it is memory that limits, not time.
_MODELS: Final = (
    Model(
        name="logistic_regression",
        title="Logistic regression",
        estimator=LogisticRegression,
        params={"max_iter": 500},
        counts_enter=WEIGHT,
        affords_distinct_rows=35_000,
        fits_each_class=True,
    ),
    Model(
        name="decision_tree",
        title="Decision tree",
        estimator=DecisionTreeClassifier,
        row_params=("min_samples_split", "min_samples_leaf", "class_weight"),
        counts_enter=TREE_WEIGHT,
        affords_distinct_rows=2_000_000,
    ),
    Model(
        name="random_forest",
        title="Random forest",
        estimator=CountedForest,
        counts_enter="each tree's bootstrap is a multinomial draw of all rows over the counts",
        affords_distinct_rows=100_000,
    ),
    Model(
        name="gradient_boosting",
        title="Gradient boosting",
        estimator=GradientBoosting,
        row_params=("min_samples_split", "min_samples_leaf", "subsample", "n_iter_no_change"),
        counts_enter=WEIGHT,
        affords_distinct_rows=5_000,
        fits_each_class=True,
    ),
    Model(
        name="ada_boost",
        title="AdaBoost",
        estimator=AdaBoost,
        counts_enter=WEIGHT,
        affords_distinct_rows=250_000,
    ),
    Model(
        name="extra_trees",
        title="Extra trees",
        estimator=ExtraTrees,
        row_params=("min_samples_split", "min_samples_leaf", "class_weight"),
        counts_enter=TREE_WEIGHT,
        affords_distinct_rows=150_000,
    ),
    Model(
        name="svc",
        title="Support vector machine",
        estimator=CountedSVC,
        row_params=("class_weight",),
        counts_enter="the count multiplies the penalty C of the row",
        affords_distinct_rows=10_000,
        affords_test_rows=100_000,
    ),
    Model(
        name="k_nearest_neighbors",
        title="k nearest neighbours",
        estimator=CountedNeighbors,
        counts_enter="a neighbour is a row; ties at the last distance share its vote",
        affords_distinct_rows=1_000_000,
        affords_test_rows=100_000,
    ),
    Model(
        name="gaussian_nb",
        title="Gaussian naive Bayes",
        estimator=CountedGaussianNB,
        counts_enter="the count is the row's weight in every mean and variance",
        affords_distinct_rows=5_000_000,
    ),
    Model(
        name="neural_network",
        title="Neural network",
        estimator=CountedNetwork,
        params={"max_iter": 500},
        counts_enter="minibatches are drawn from the counts",
        affords_distinct_rows=1_000_000,
    ),
    Model(
        name="dummy",
        title="Majority class",
        estimator=DummyClassifier,
        role="control",
        counts_enter="the count is the row's weight in the class shares",
        affords_distinct_rows=5_000_000,
    ),
    Model(
        name="one_rule",
        title="One rule",
        estimator=DecisionTreeClassifier,
        params={"max_depth": 1},
        row_params=("min_samples_split", "min_samples_leaf", "class_weight"),
        role="control",
        counts_enter=TREE_WEIGHT,
        affords_distinct_rows=5_000_000,
    ),
)

STUDY: Final = tuple(model.name for model in _MODELS)
"""The study's ten models and two controls: what a suite runs that names no models."""

ZOO: Final[Mapping[str, Model]] = {model.name: model for model in (*_MODELS, *MORE_MODELS)}

ALL_MODELS: Final[Mapping[str, Model]] = {**ZOO, **DISTRIBUTED}
"""The zoo, and the models that only the rows grain can fit."""
