"""Worker processes on this machine, listening on loopback only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from distributed import Client, LocalCluster

from cluster.kinds import steadfast
from cluster.kinds.dashboard import without_dashboard
from cluster.spec import ClusterSpec


@contextmanager
def open_local(spec: ClusterSpec) -> Iterator[Client]:
    """A client of worker processes that end with the block."""
    with (
        LocalCluster(
            n_workers=spec.workers,
            threads_per_worker=spec.threads,
            memory_limit=spec.memory or "auto",
            host="127.0.0.1",
            **{"preload": [steadfast.__name__]} | without_dashboard(spec.options),
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client
