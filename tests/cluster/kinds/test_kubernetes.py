from __future__ import annotations

import importlib.util

import pytest

from cluster.connect import open_cluster
from cluster.errors import ClusterError
from cluster.kinds.kubernetes import pod_options
from cluster.spec import ClusterSpec


@pytest.mark.skipif(
    importlib.util.find_spec("dask_kubernetes") is not None, reason="dask-kubernetes is installed"
)
def test_without_dask_kubernetes_the_error_says_what_to_install():
    with (
        pytest.raises(ClusterError, match=r"pip install 'threatbench\[kubernetes\]'"),
        open_cluster(ClusterSpec(kind="kubernetes")),
    ):
        pass


def test_a_pod_is_one_worker_with_the_threads_and_memory_asked_for():
    spec = ClusterSpec(
        kind="kubernetes", workers=3, threads=2, memory="1GiB", options={"image": "mine:1"}
    )
    found = pod_options(spec)
    assert found["resources"]["limits"] == {"cpu": "2", "memory": str(2**30)}
    assert (found["n_workers"], found["image"]) == (3, "mine:1")
    assert found["worker_command"][:4] == ["dask", "worker", "--nthreads", "2"]
