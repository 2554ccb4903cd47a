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
from cluster.worker_environment import ENVIRONMENT


@contextmanager
def open_kubernetes(spec: ClusterSpec) -> Iterator[Client]:
    """A client of pods with ``options.image``, in which threatbench has to be installed.

    Other ``options`` go to ``dask_kubernetes.operator.KubeCluster``.

    Raises
    ------
    ClusterError
        When dask-kubernetes is not installed, no image is given, no Kubernetes answers, or the
        pods' network, which the operator does not encrypt, is not said to be trusted.
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
    with _told():
        _check_reach()
        opened = kube_cluster(**pod_options(spec))
    with opened as cluster, Client(cluster) as client:
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
        "name": "threatbench-{uuid}",  # a name that is there already would be joined
        "n_workers": spec.least_workers,
        "resources": {"requests": wanted, "limits": wanted},
        "worker_command": command,
        "env": dict(ENVIRONMENT),
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


@contextmanager
def _told() -> Iterator[None]:
    """Turn what the libraries for Kubernetes raise in the block into one sentence."""
    import httpx
    import kr8s

    faults = (
        kr8s.ServerError, kr8s.NotFoundError, kr8s.APITimeoutError, kr8s.ConnectionClosedError,
        httpx.HTTPError, OSError, ValueError,
    )  # fmt: skip
    try:
        yield
    except faults as error:
        said = str(error) or type(error).__name__
        raise ClusterError(
            f"cluster kind 'kubernetes': {said}; does `kubectl version` work here, and does"
            " `kubectl get crd` name daskclusters.kubernetes.dask.org (the Dask operator)?"
        ) from error


def _check_reach() -> None:
    """Ask Kubernetes anything, since a cluster object that has failed is closed in vain later."""
    import kr8s

    kr8s.api().version()
