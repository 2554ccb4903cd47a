from __future__ import annotations

from datetime import UTC, datetime

import dask
import pytest
from distributed import Client, LocalCluster

from bench.case import Limits
from bench.case_record import unrun_record
from bench.late import broken_off
from bench.progress import Silent
from bench.run_log import RunLog
from bench.spread import cool_workers, spread
from bench.suite import Suite
from cluster.connect import open_cluster
from cluster.kinds.dashboard import without_dashboard
from cluster.spec import ClusterSpec
from reports.records import Reason
from reports.store import open_run

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MODELS = ("decision_tree", "gaussian_nb", "dummy", "ada_boost")


@pytest.fixture
def orders(order):
    return [order("fit", model, limits=Limits(seconds=2_000)) for model in MODELS]


def test_no_case_starts_on_workers_that_leave_before_it_is_sure_to_end(orders):
    with open_cluster(ClusterSpec(workers=1, wall_seconds=1_000)):
        outcomes = list(spread(orders, slots=1, wait_seconds=300))
    assert {outcome.unit for outcome in outcomes} == {order.unit for order in orders}
    assert {(outcome.status, outcome.reason.kind) for outcome in outcomes} == {
        ("not_started", "wall_time")
    }
    assert all("limits.seconds" in outcome.reason.message for outcome in outcomes)


def test_a_worker_that_is_about_to_leave_is_passed_by_and_the_others_do_the_work(
    orders, lone_worker
):
    with open_cluster(ClusterSpec(workers=1)) as client:
        leaving = ("--name", "leaving", "--lifetime", "1500s")
        with lone_worker(client, *leaving):
            client.wait_for_workers(2, timeout=300)
            outcomes = list(spread(orders, slots=2, wait_seconds=300))
            cool_workers(client)
    assert [outcome.status for outcome in outcomes] == ["done"] * len(orders)
    assert "leaving" not in {outcome.worker for outcome in outcomes}


def test_when_all_workers_are_gone_what_was_at_work_is_lost_and_the_rest_is_not_started(
    order, lone_worker
):
    endless = order("fit", "gradient_boosting", params={"n_estimators": 1_000_000})
    orders = [order("fit", "dummy"), endless, order("fit", "gaussian_nb")]
    with (
        dask.config.set({"distributed.scheduler.no-workers-timeout": "3s"}),
        LocalCluster(n_workers=0, host="127.0.0.1", **without_dashboard({})) as cluster,
        Client(cluster) as client,
    ):
        with lone_worker(client):
            client.wait_for_workers(1, timeout=300)
            outcomes = spread(orders, slots=1, wait_seconds=300)
            first = next(outcomes)
        lost, unstarted = list(outcomes)
    assert (first.status, lost.unit) == ("done", endless.unit)
    assert (lost.status, lost.reason.kind) == ("worker_lost", "worker_lost")
    assert (unstarted.status, unstarted.reason.kind) == ("not_started", "no_worker")


def test_a_run_with_cases_that_were_not_started_is_interrupted_and_not_done(tmp_path):
    suite = Suite(name="small", models=("dummy",))
    reason = Reason(kind="wall_time", message="its worker leaves")
    record = unrun_record(suite.cases[0], suite, status="not_started", reason=reason)
    log = RunLog(folder=open_run(tmp_path, suite="small", started=NOON), progress=Silent())
    with log.running({}):
        assert not broken_off([record.model_copy(update={"status": "failed"})], log)
        assert broken_off([record], log)
    assert log.facts["status"] == "interrupted"
    assert log.facts["error"] == "1 cases were not started: its worker leaves"
