"""How many workers a cluster has: always as many as asked for, or as many as there is work for."""

from __future__ import annotations

from distributed.deploy import Cluster

from cluster.spec import ClusterSpec


def scale(cluster: Cluster, spec: ClusterSpec) -> None:
    """Bring the cluster to the spec's workers, or let it find between one and those."""
    if spec.adapt:
        cluster.adapt(minimum=1, maximum=spec.workers)
    else:
        cluster.scale(spec.workers)
