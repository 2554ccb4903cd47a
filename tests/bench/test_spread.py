from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import dask
import pytest

from bench.case import Limits
from bench.orders import Order, Outcome
from bench.spread import cool_workers, spread, warm_workers
from cluster.connect import open_cluster
from cluster.spec import ClusterSpec

STRANGE = Path(__file__).parent / "strange"
NEVER_ENDS = {"n_estimators": 1_000_000}
MEASURED = {"seconds", "worker", "peak_memory_bytes", "predict_rows_per_second", "started"}
MODELS = ("decision_tree", "gaussian_nb", "dummy", "ada_boost")


@pytest.fixture(scope="module", params=[1, 2], ids=["1 worker", "2 workers"])
def workers(request):
    with open_cluster(ClusterSpec(kind="local", workers=request.param)) as client:
        warm_workers(client)
        yield request.param
        cool_workers(client)


@pytest.fixture(scope="module")
def alone():
    """What became of the orders on one worker."""
    return {}


def test_outcomes_do_not_depend_on_how_many_workers_there_are(workers, alone, order):
    orders = [order("fit", model) for model in MODELS]
    outcomes = list(spread(orders, slots=workers, wait_seconds=60))
    assert {outcome.unit for outcome in outcomes} == {order.unit for order in orders}
    found = {outcome.unit: outcome.model_dump(exclude=MEASURED) for outcome in outcomes}
    assert {outcome["status"] for outcome in found.values()} == {"done"}
    assert found == alone.setdefault("found", found)


def test_every_worker_takes_part(workers, order):
    slow = {"n_estimators": 60}
    orders = [order("fold", "gradient_boosting", fold=fold, params=slow) for fold in range(3)]
    outcomes = list(spread(orders, slots=workers, wait_seconds=60))
    assert len({outcome.worker for outcome in outcomes}) == workers


def test_outcomes_come_as_they_end_and_one_that_is_ended_leaves_the_others_be(workers, order):
    slow = order("fit", "gradient_boosting", params=NEVER_ENDS, limits=Limits(seconds=2))
    others = [order("fit", "dummy"), order("fit", "gaussian_nb")]
    outcomes = list(spread([slow, *others], slots=workers, wait_seconds=60))
    assert [outcome.status for outcome in outcomes if outcome.unit != slow.unit] == ["done"] * 2
    place = [outcome.unit for outcome in outcomes].index(slow.unit)
    assert outcomes[place].status == "timed_out"
    assert place == {1: 0, 2: 2}[workers]


SEEN: dict[int | None, tuple[float, float]] = {}
LAST_HAS_BEGUN = threading.Event()


def seen(order_json):
    """In place of carrying an order out: the first holds its slot until the last has begun."""
    order = Order.model_validate_json(order_json)
    if order.fold == 3:
        LAST_HAS_BEGUN.set()
    if order.fold == 0:
        assert LAST_HAS_BEGUN.wait(60)
    SEEN[order.fold] = order.submitted, time.time()
    case_id = order.case.case_id
    return Outcome(unit=order.unit, case_id=case_id, status="done").model_dump_json()


def test_an_order_s_time_in_the_queue_begins_when_it_is_sent(order, monkeypatch):
    monkeypatch.setattr("bench.spread.run_in_time", seen)
    orders = [order("fold", "dummy", fold=fold) for fold in range(4)]
    with open_cluster(ClusterSpec(kind="inline", threads=2)):
        outcomes = list(spread(orders, slots=2, wait_seconds=60))
    assert len(outcomes) == 4
    ended = {fold: end for fold, (_, end) in SEEN.items()}
    assert SEEN[2][0] >= ended[1]
    assert SEEN[3][0] >= ended[2]


def test_no_orders_give_no_outcomes():
    assert list(spread([], slots=1, wait_seconds=1)) == []


def test_an_order_that_kills_its_workers_is_lost_alone(order, monkeypatch, started_anew):
    path = os.pathsep.join([str(STRANGE), *filter(None, [os.environ.get("PYTHONPATH")])])
    monkeypatch.setenv("PYTHONPATH", path)
    slow = order("fit", "gradient_boosting", params={"n_estimators": 300})
    murderous = order("fit", "murders")
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        open_cluster(ClusterSpec(kind="local", workers=2)) as client,
    ):
        warm_workers(client)
        outcomes = list(spread([slow, murderous], slots=2, wait_seconds=60))
        cool_workers(client)
    fine, lost = outcomes
    assert (fine.unit, fine.status) == (slow.unit, "done")
    assert (lost.unit, lost.status) == (murderous.unit, "worker_lost")
    assert lost.reason.message == "the workers that it ran on died, 1 one after another, twice"
