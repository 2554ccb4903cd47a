"""CLUSTER_FITS: how all workers together fit each of the distributed models."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from distributed import Client
from sklearn.pipeline import make_pipeline

from bench.rows.boosting import Shares, fit_lightgbm, fit_xgboost, share_out
from bench.rows.plan import RowPlan
from pipeline.rows.incremental import fit_incremental
from pipeline.rows.sample import count_rows, draw_samples

MEMORY_SHARE: Final = 0.5
"""How much of the workers' memory the rows of one fit may take."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ClusterFit:
    """A fit that is asked for: this unfitted model on so many rows of the plan."""

    client: Client
    model: Any
    plan: RowPlan
    budget: int
    seed: int

    @property
    def memory_rows(self) -> int:
        """How many rows the workers' memory holds while boosting goes on.

        Each row is held as float32 twice and as a bin, each class of it as two gradients and a
        score in float64.
        """
        source = self.plan.source
        row_bytes = len(source.features) * 9 + len(source.labels) * 16
        workers = self.client.scheduler_info(n_workers=-1)["workers"].values()
        memory_bytes = sum(worker["memory_limit"] for worker in workers)
        return int(MEMORY_SHARE * memory_bytes / row_bytes)


@dataclass(frozen=True, kw_only=True, eq=False)
class ClusterModel:
    """A model fitted by the cluster, behind its scaler, and the training rows it saw of all."""

    model: Any
    rows_used: int
    rows_asked: int


def _incremental(wanted: ClusterFit) -> ClusterModel:
    plan = wanted.plan
    model = fit_incremental(wanted.model, plan.scaler, plan.source, seed=wanted.seed)
    rows = int(count_rows(plan.source, side="train").sum())
    return ClusterModel(model=make_pipeline(plan.scaler, model), rows_used=rows, rows_asked=rows)


def _boosted(fit: Callable[[Client, Any, Shares], Any]) -> Callable[[ClusterFit], ClusterModel]:
    def fitted(wanted: ClusterFit) -> ClusterModel:
        plan, client = wanted.plan, wanted.client
        budget = min(wanted.budget, wanted.memory_rows)
        (sample,) = draw_samples(plan.source, side="train", budgets=[budget], seed=wanted.seed)
        shares = share_out(client, plan.source, sample, plan.scaler)
        model = fit(client, wanted.model, shares)
        return ClusterModel(
            model=make_pipeline(plan.scaler, model), rows_used=sample.used, rows_asked=sample.asked
        )

    return fitted


CLUSTER_FITS: Final[Mapping[str, Callable[[ClusterFit], ClusterModel]]] = {
    "sgd_every_row": _incremental,
    "xgboost_dask": _boosted(fit_xgboost),
    "lightgbm_dask": _boosted(fit_lightgbm),
}
