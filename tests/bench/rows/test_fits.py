from __future__ import annotations

import numpy as np
import pytest

from bench.rows.boosting import share_out
from bench.rows.fits import CLUSTER_FITS, ClusterFit
from bench.rows.plan import plan_rows
from bench.suite import Suite
from pipeline.distributed_zoo import DISTRIBUTED
from pipeline.rows.sample import draw_samples
from pipeline.rows.source import load_part
from pipeline.rows.stored import read_model, store_model

PARAMS = {"xgboost_dask": {"n_estimators": 5}, "lightgbm_dask": {"n_estimators": 5}}


@pytest.fixture(scope="module")
def plan(two_workers, source, tmp_path_factory):
    suite = Suite(name="a", models=("dummy",), grain="rows")
    return plan_rows(source, suite, tmp_path_factory.mktemp("plan") / "rows")


@pytest.fixture
def fitted(two_workers, plan):
    """The model of that name, fitted by both workers."""

    def fit(name, budget):
        wanted = ClusterFit(
            client=two_workers,
            model=DISTRIBUTED[name].build(0, PARAMS.get(name)),
            plan=plan,
            budget=budget,
            seed=0,
        )
        return CLUSTER_FITS[name](wanted)

    return fit


def test_every_distributed_model_has_a_way_to_be_fitted():
    assert set(CLUSTER_FITS) == set(DISTRIBUTED)
    assert all(model.is_distributed for model in DISTRIBUTED.values())


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", DISTRIBUTED)
def test_two_fits_on_the_same_workers_say_the_same_and_well_and_can_be_kept(
    fitted, source, name, tmp_path
):
    test = [load_part(part, seed=0).block("test") for part in source.parts("test")]
    X, y = np.vstack([block.X for block in test]), np.concatenate([block.y for block in test])
    first, second = (fitted(name, budget=2_000) for _ in range(2))
    np.testing.assert_array_equal(first.model.predict(X), second.model.predict(X))
    assert np.mean(first.model.predict(X) == y) > 0.9
    store_model(first.model, tmp_path / "model.skops")
    again = read_model(tmp_path / "model.skops")
    np.testing.assert_array_equal(first.model.predict(X), again.predict(X))
    assert first.rows_asked == 3_200
    assert first.rows_used == (3_200 if name == "sgd_every_row" else 2_000)


@pytest.mark.filterwarnings("ignore")
def test_lightgbm_is_fitted_by_all_workers_together(fitted):
    assert "[num_machines: 2]" in fitted("lightgbm_dask", budget=2_000).model[-1].model_


def test_the_shares_of_the_workers_are_the_drawn_rows(two_workers, source, plan):
    (sample,) = draw_samples(source, side="train", budgets=[1_000], seed=0)
    shares = share_out(two_workers, source, sample, plan.scaler)
    assert (shares.X.dtype, shares.X.shape) == (np.float32, (1_000, 46))
    assert len(shares.X.chunks[0]) == 2
    np.testing.assert_array_equal(np.bincount(shares.y.compute()), sample.used_rows)
