"""Models that the study did not have: suites name them, or take them with ``all``."""

from __future__ import annotations

from typing import Final

from sklearn.ensemble import HistGradientBoostingClassifier

from pipeline.boosting import CountedLightGBM, CountedXGBoost
from pipeline.discriminant import CountedLDA, CountedQDA
from pipeline.model import Model
from pipeline.scaled import CountedComplementNB, CountedLinearSVC, CountedNearestCentroid

# Budgets are measured as those of the study's models, in CPU seconds of one core:
#                             10,000   50,000   200,000 distinct rows
#   hist_gradient_boosting       8.6     19.7      58.4    (5,000: 7.7)
#   xgboost                      5.8     16.3         -    (5,000: 3.4)
#   lightgbm                     5.2     11.9      37.2    (5,000: 4.4; 2.5 to predict 5,000 rows)
#   linear_svc                   0.2      1.8      10.6
#   nearest_centroid             0.0      0.0       0.2
#   linear_discriminant          0.0      0.0       0.2
#   quadratic_discriminant       0.0      0.0       0.2
#   complement_nb                0.0      0.0       0.3
#
# Rows in a leaf cannot be asked for where rows are distinct rows, so leaves may hold one flow. What
# keeps them in check is the penalty that XGBoost has by default, which its two peers get as well:
# without it they fell below a single tree on synthetic flows.
MORE_MODELS: Final = (
    Model(
        name="hist_gradient_boosting",
        title="Histogram gradient boosting",
        estimator=HistGradientBoostingClassifier,
        params={"min_samples_leaf": 1, "early_stopping": False, "l2_regularization": 1.0},
        row_params=("min_samples_leaf", "early_stopping", "n_iter_no_change", "class_weight"),
        counts_enter="the count is the row's weight in the quantiles of the bins and in every"
        " histogram; a leaf may hold a single flow",
        affords_distinct_rows=15_000,
        fits_each_class=True,
    ),
    Model(
        name="xgboost",
        title="XGBoost",
        estimator=CountedXGBoost,
        counts_enter="the count is the row's weight in every histogram and in the sketch of the"
        " bins, which are exact up to 256 values a column",
        affords_distinct_rows=25_000,
        fits_each_class=True,
        takes_threads=True,
    ),
    Model(
        name="lightgbm",
        title="LightGBM",
        estimator=CountedLightGBM,
        params={"reg_lambda": 1.0},
        counts_enter="the count is the row's weight in every histogram; beyond 255 values a column"
        " is binned by distinct rows; a leaf may hold a single flow; a split may now and then fall"
        " elsewhere than on rows",
        affords_distinct_rows=40_000,
        fits_each_class=True,
        takes_threads=True,
    ),
    Model(
        name="linear_svc",
        title="Linear support vector machine",
        estimator=CountedLinearSVC,
        counts_enter="the count multiplies the penalty C of the row; columns are standardised over"
        " flows",
        affords_distinct_rows=200_000,
        fits_each_class=True,
    ),
    Model(
        name="nearest_centroid",
        title="Nearest centroid",
        estimator=CountedNearestCentroid,
        counts_enter="the count is the row's weight in every mean; columns are standardised over"
        " flows",
        affords_distinct_rows=5_000_000,
    ),
    Model(
        name="linear_discriminant",
        title="Linear discriminant analysis",
        estimator=CountedLDA,
        counts_enter="the count is the row's weight in shares, means and the pooled covariance",
        affords_distinct_rows=2_000_000,
    ),
    Model(
        name="quadratic_discriminant",
        title="Quadratic discriminant analysis",
        estimator=CountedQDA,
        counts_enter="the count is the row's weight in shares, means and covariances; columns are"
        " standardised over flows",
        affords_distinct_rows=2_000_000,
    ),
    Model(
        name="complement_nb",
        title="Complement naive Bayes",
        estimator=CountedComplementNB,
        counts_enter="the count is the row's weight in every sum; columns are scaled to 0 to 1",
        affords_distinct_rows=5_000_000,
    ),
)
