from __future__ import annotations

import time

import dask
import numpy as np
import psutil
import pytest
from dask import delayed
from distributed import get_worker

from bench.case import Limits
from bench.rows.guard import guarded
from cluster.connect import open_cluster
from cluster.spec import ClusterSpec


def test_work_that_ends_well_gives_what_it_found(two_workers):
    done = guarded(two_workers, delayed(sum)([1, 2]).compute, Limits())
    assert (done.status, done.found, done.reason) == ("done", 3, None)


def test_work_that_fails_says_why_and_leaves_the_workers_as_they_are(two_workers):
    before = set(two_workers.scheduler_info(n_workers=-1)["workers"])
    done = guarded(two_workers, delayed(int)("many").compute, Limits())
    assert (done.status, done.reason.kind) == ("failed", "ValueError")
    assert "many" in done.reason.message
    assert "ValueError" in done.log_tail[-1]
    assert set(two_workers.scheduler_info(n_workers=-1)["workers"]) == before


@pytest.mark.parametrize(
    ("limits", "status", "kind"),
    [
        (Limits(seconds=0.2), "timed_out", "time_limit"),
        (Limits(memory=1_000_000), "out_of_memory", "memory_limit"),
    ],
)
def test_work_beyond_its_limit_is_ended_and_the_workers_come_back(
    two_workers, limits, status, kind
):
    done = guarded(two_workers, delayed(time.sleep)(600).compute, limits)
    assert (done.status, done.reason.kind) == (status, kind)
    assert dask.compute(delayed(sum)([1, 2])) == (3,)


def test_workers_too_full_to_go_on_are_replaced_and_the_record_says_so():
    def fill():
        """Hold so much that Dask gives the worker no more work, but not so much that it ends it."""
        wanted = 0.87 * get_worker().memory_manager.memory_limit
        get_worker().held = np.ones(int(wanted - psutil.Process().memory_info().rss) // 8)
        time.sleep(2)

    spec = ClusterSpec(workers=1, memory="1 GiB", wait_seconds=10)
    with open_cluster(spec) as client:
        filled = delayed(fill)()
        done = guarded(client, delayed(lambda _: 1)(filled).compute, Limits(memory="2 GiB"))
        assert (done.status, done.reason.kind) == ("out_of_memory", "workers_full")
        assert delayed(sum)([1, 2]).compute() == 3
