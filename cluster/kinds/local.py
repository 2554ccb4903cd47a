"""Worker processes on this machine, listening on loopback only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import dask
from distributed import Client, LocalCluster

from cluster.binding import LOOPBACK, refuse_open_ports
from cluster.fork_server import fork_server
from cluster.kinds import steadfast
from cluster.kinds.dashboard import without_dashboard
from cluster.kinds.local_options import check_options
from cluster.nursery import start_nursery
from cluster.scale import scale
from cluster.security import own_security
from cluster.signals import signals_held
from cluster.spec import ClusterSpec

METHOD: Final = "distributed.worker.multiprocessing-method"


@contextmanager
def open_local(spec: ClusterSpec) -> Iterator[Client]:
    """A client of worker processes that end with the block."""
    ours = {"preload": [steadfast.__name__], "host": LOOPBACK, "lifetime": spec.wall_seconds}
    options = ours | without_dashboard(spec.options)
    check_options(spec)
    refuse_open_ports(spec, options)
    with _workers_started() as environment:
        options["env"] = environment | options.get("env", {})
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


@contextmanager
def _workers_started() -> Iterator[dict[str, str]]:
    """How workers come to be during the block, and what the environment is to tell them.

    They are forked, and so are the children of theirs, wherever that can be.
    """
    if start_nursery():
        with dask.config.set({METHOD: "forkserver"}), fork_server() as environment:
            yield environment
    else:
        with dask.config.set({METHOD: "spawn"}):
            yield {}
