"""Workers as pods of a Kubernetes cluster that runs the Dask operator, by dask-kubernetes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from distributed import Client

from cluster.errors import ClusterError
from cluster.kinds.job_options import WORKER_ARGUMENTS
from cluster.scale import scale
from cluster.spec import ClusterSpec


@contextmanager
def open_kubernetes(spec: ClusterSpec) -> Iterator[Client]:
    """A client of pods with ``options.image``, in which threatbench has to be installed.

    Other ``options`` go to ``dask_kubernetes.operator.KubeCluster``.

    Raises
    ------
    ClusterError
        When dask-kubernetes is not installed, no image is given, or the pods' network, which the
        operator does not encrypt, is not said to be trusted.
    """
    kube_cluster = _kube_cluster()
    if "image" not in spec.options:
        raise ClusterError(
            "cluster kind 'kubernetes': give cluster.options.image, an image with threatbench in it"
        )
    if spec.security is not None or not spec.insecure:
        raise ClusterError(
            "cluster kind 'kubernetes': pods talk to each other without TLS; set"
            " cluster.insecure = true, and no cluster.security, where you trust their network"
        )
    with kube_cluster(**pod_options(spec)) as cluster, Client(cluster) as client:
        scale(cluster, spec)
        yield client


def pod_options(spec: ClusterSpec) -> dict[str, Any]:
    """Keyword arguments of ``KubeCluster``: one pod is one worker."""
    wanted = {"cpu": str(spec.threads)}
    if spec.memory is not None:
        wanted["memory"] = str(int(spec.memory))
    command = ["dask", "worker", "--nthreads", str(spec.threads), *WORKER_ARGUMENTS]
    command += ["--lifetime", f"{spec.wall_seconds:g}s"] if spec.wall_seconds else []
    return {
        "name": "threatbench",
        "n_workers": spec.least_workers,
        "resources": {"requests": wanted, "limits": wanted},
        "worker_command": command,
        "env": {"DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False"},
        "resource_timeout": int(spec.wait_seconds),
        "quiet": True,
        **spec.options,
    }


def _kube_cluster() -> Any:  # noqa: ANN401 - a class without types
    try:
        from dask_kubernetes.operator import KubeCluster
    except ImportError as error:
        raise ClusterError(
            f"cluster kind 'kubernetes' needs dask-kubernetes ({error});"
            " install it: pip install 'threatbench[kubernetes]'"
        ) from error
    return KubeCluster
