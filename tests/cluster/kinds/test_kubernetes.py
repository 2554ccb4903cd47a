from __future__ import annotations

import importlib.util
import inspect

import pytest

from cluster.connect import open_cluster
from cluster.errors import ClusterError
from cluster.kinds.kubernetes import pod_options
from cluster.spec import ClusterSpec

REFUSING = """
apiVersion: v1
kind: Config
current-context: here
contexts: [{name: here, context: {cluster: here, user: me}}]
clusters: [{name: here, cluster: {server: "http://127.0.0.1:1"}}]
users: [{name: me, user: {token: none}}]
"""
PODS = ClusterSpec(
    kind="kubernetes",
    workers=3,
    threads=2,
    memory="1GiB",
    wall_seconds=600,
    options={"image": "mine:1", "namespace": "bench"},
)
IS_HERE = importlib.util.find_spec("dask_kubernetes") is not None
kubernetes = pytest.mark.skipif(not IS_HERE, reason="no dask-kubernetes here")


@pytest.mark.skipif(IS_HERE, reason="dask-kubernetes is installed")
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


def test_two_runs_do_not_share_their_pods():
    assert "{uuid}" in pod_options(ClusterSpec(kind="kubernetes"))["name"]


@kubernetes
def test_the_operators_library_makes_of_it_pods_that_run_our_worker():
    from dask_kubernetes.operator import KubeCluster, make_cluster_spec

    options = pod_options(PODS)
    assert options.keys() <= inspect.signature(KubeCluster.__init__).parameters.keys()
    taken = inspect.signature(make_cluster_spec).parameters
    made = make_cluster_spec(**{key: options[key] for key in options if key in taken})
    worker = made["spec"]["worker"]
    (container,) = worker["spec"]["containers"]
    assert (made["kind"], worker["replicas"], container["image"]) == ("DaskCluster", 3, "mine:1")
    assert container["resources"]["limits"] == {"cpu": "2", "memory": str(2**30)}
    words = " ".join(container["args"])
    assert words.startswith("dask worker --nthreads 2 --preload cluster.kinds.steadfast")
    assert "--lifetime 600s" in words


@kubernetes
@pytest.mark.parametrize("config", [None, REFUSING], ids=["no credentials", "nobody answers"])
def test_where_no_kubernetes_answers_one_sentence_says_so(config, tmp_path, monkeypatch):
    if config:
        (tmp_path / "config").write_text(config)
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "config"))
    with (
        pytest.raises(ClusterError, match=r"\Acluster kind 'kubernetes': [^\n]+`kubectl version`"),
        open_cluster(PODS.model_copy(update={"insecure": True})),
    ):
        pass
