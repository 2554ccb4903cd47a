"""Worker processes on this machine, listening on loopback only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from distributed import Client, LocalCluster

from cluster.binding import LOOPBACK, refuse_open_ports
from cluster.kinds import steadfast
from cluster.kinds.dashboard import without_dashboard
from cluster.kinds.local_options import check_options
from cluster.nursery import start_nursery
from cluster.scale import scale
from cluster.security import own_security
from cluster.signals import signals_held
from cluster.spec import ClusterSpec


@contextmanager
def open_local(spec: ClusterSpec) -> Iterator[Client]:
    """A client of worker processes that end with the block."""
    ours = {"preload": [steadfast.__name__], "host": LOOPBACK, "lifetime": spec.wall_seconds}
    options = ours | without_dashboard(spec.options)
    check_options(spec)
    refuse_open_ports(spec, options)
    start_nursery()
    with signals_held():
        opened = LocalCluster(
            n_workers=spec.least_workers,
            threads_per_worker=spec.threads,
            memory_limit=spec.memory or "auto",
            security=own_security(spec),
            **options,
        )
    with opened as cluster, Client(cluster) as client:
        if spec.adapt:
            scale(cluster, spec)
        yield client
