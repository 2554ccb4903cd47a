"""DISTRIBUTED: models that the whole cluster fits together, on rows where they lie."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sklearn.linear_model import SGDClassifier

from pipeline.model import Model

EVERY_ROW: Final = 10**18

_ROW: Final = "a row is a row; features are standardised by all training rows"


def _xgboost(**params: Any) -> Any:  # noqa: ANN401
    from xgboost import XGBClassifier  # here, since most cases never need it

    return XGBClassifier(**params)


def _lightgbm(**params: Any) -> Any:  # noqa: ANN401
    from lightgbm import LGBMClassifier  # here, since most cases never need it

    return LGBMClassifier(**params)


_MODELS: Final = (
    Model(
        name="sgd_every_row",
        title="Logistic regression by SGD on every row",
        estimator=SGDClassifier,
        params={"loss": "log_loss", "average": True, "learning_rate": "constant", "eta0": 0.01},
        row_params=("class_weight",),
        counts_enter=f"{_ROW}; one pass of partial_fit over the partitions (dask-ml Incremental)",
        affords_distinct_rows=EVERY_ROW,
        is_distributed=True,
    ),
    Model(
        name="xgboost_dask",
        title="XGBoost on Dask",
        estimator=_xgboost,
        params={"tree_method": "hist", "max_depth": 6, "n_estimators": 100, "max_bin": 256},
        counts_enter=f"{_ROW}; each worker keeps its share in quantile bins (xgboost.dask)",
        affords_distinct_rows=20_000,
        fits_each_class=True,
        is_distributed=True,
    ),
    Model(
        name="lightgbm_dask",
        title="LightGBM on Dask",
        estimator=_lightgbm,
        params={"verbose": -1, "deterministic": True, "force_row_wise": True},
        counts_enter=f"{_ROW}; each worker keeps its share in bins (lightgbm.dask)",
        affords_distinct_rows=20_000,
        fits_each_class=True,
        is_distributed=True,
    ),
)

DISTRIBUTED: Final[Mapping[str, Model]] = {model.name: model for model in _MODELS}
