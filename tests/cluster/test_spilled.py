from __future__ import annotations

import dask
import numpy as np
import pytest
from distributed import Client, LocalCluster

from cluster.spilled import spilled_bytes

MEBIBYTES = 8


def test_outside_of_a_worker_nothing_is_spilled():
    assert spilled_bytes() is None


@pytest.fixture
def client(tmp_path):
    """One worker that spills whatever is more than a few mebibytes."""
    spill_early = {
        "distributed.worker.memory.target": 0.05,
        "distributed.worker.memory.spill": False,
        "distributed.worker.memory.pause": False,
    }
    with (
        dask.config.set(spill_early),
        LocalCluster(
            n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None,
            memory_limit="100 MiB", local_directory=str(tmp_path),
        ) as cluster,
        Client(cluster) as client,
    ):  # fmt: skip
        yield client


def test_what_a_worker_writes_to_disk_is_counted(client):
    assert client.submit(spilled_bytes, pure=False).result() == 0
    size = MEBIBYTES * 2**17
    kept = [client.submit(np.random.default_rng(seed).random, size, pure=False) for seed in (0, 1)]
    for future in kept:
        future.result()
    assert client.submit(spilled_bytes, pure=False).result() > MEBIBYTES * 2**19
