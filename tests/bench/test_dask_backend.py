from __future__ import annotations

import asyncio
import os
import signal

import dask
from distributed import Client, LocalCluster, wait
from distributed.scheduler import NoWorkerError

from bench.dask_backend import Answers
from cluster.kinds.dashboard import without_dashboard


def test_an_answer_that_is_lost_with_its_worker_while_it_is_fetched_ends_the_wait(lone_worker):
    with (
        dask.config.set({"distributed.scheduler.no-workers-timeout": "3s"}),
        LocalCluster(n_workers=0, host="127.0.0.1", **without_dashboard({})) as cluster,
        Client(cluster) as client,
    ):
        with lone_worker(client):
            client.wait_for_workers(1)
            future = client.submit(bytes, 100)
            wait(future)
            (pid,) = client.run(os.getpid).values()
            os.kill(pid, signal.SIGSTOP)
            answers = Answers([future], loop=client.loop, with_results=True, raise_errors=False)
            client.sync(asyncio.sleep, 1)  # it is on its way
        ((found, (_, error, _)),) = answers
    assert found is future
    assert isinstance(error, NoWorkerError)
