from __future__ import annotations

import os

import pytest

from cluster.connect import open_cluster
from cluster.spec import ClusterSpec
from cluster.worker_environment import ALLOCATOR


@pytest.fixture
def environment_of_worker(monkeypatch):
    """What a worker finds, where nothing was said before; Dask's nannies say it in this process."""
    for name in ALLOCATOR:
        monkeypatch.delenv(name, raising=False)

    def told():
        with open_cluster(ClusterSpec(kind="local", workers=1)) as client:
            return client.submit(lambda: dict(os.environ)).result()

    return told


def test_a_worker_keeps_the_memory_of_its_arrays(environment_of_worker):
    assert ALLOCATOR.items() <= environment_of_worker().items()


def test_what_a_user_says_of_the_allocator_stands(environment_of_worker, monkeypatch):
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "1000000")
    assert environment_of_worker()["MALLOC_TRIM_THRESHOLD_"] == "1000000"
