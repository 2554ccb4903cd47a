"""From a spec to a cluster that is there: opened, its workers awaited, its shape known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import dask
from distributed import Client

from cluster import worker_environment
from cluster.errors import ClusterError
from cluster.kinds import KINDS
from cluster.loss import loss_told
from cluster.quiet import say_once
from cluster.spec import ClusterSpec

# A cluster that adapts is to grow for a few long cases, whose length it cannot know.
SETTINGS: Final = {**worker_environment.SETTINGS, "distributed.adaptive.target-duration": "500ms"}

SENDING_SECONDS: Final = 0.001
"""How long what a client tells the scheduler waits for more, behind what it told before. Dask's
10 ms suit graphs of many tasks; orders go out one by one, each when another has come back."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What a cluster has: workers, threads of all of them, memory of all of them."""

    kind: str
    workers: int
    threads: int
    memory_bytes: int


@contextmanager
def open_cluster(spec: ClusterSpec) -> Iterator[Client]:
    """A client of a cluster that has the workers asked for.

    Raises
    ------
    ClusterError
        When fewer workers came within ``spec.wait_seconds``, or the cluster breaks in the block.
    """
    say_once()
    with dask.config.set(SETTINGS | _patience(spec)), KINDS[spec.kind](spec) as client:
        _wait(client, spec)
        assert client.scheduler_comm is not None
        client.scheduler_comm.interval = SENDING_SECONDS
        with loss_told(client):
            yield client


def shape(client: Client, spec: ClusterSpec) -> Shape:
    """What the cluster has now."""
    workers = client.scheduler_info(n_workers=-1)["workers"].values()
    return Shape(
        kind=spec.kind,
        workers=len(workers),
        threads=sum(worker["nthreads"] for worker in workers),
        memory_bytes=sum(worker["memory_limit"] for worker in workers),
    )


def _patience(spec: ClusterSpec) -> dict[str, str]:
    """How long work waits when all workers have gone, and how long one may take to come back.

    By default work waits for ever, and a worker that is not back within 15 s is given up: on a
    busy machine one that died would never return.
    """
    seconds = f"{spec.wait_seconds:g}s"
    return {
        "distributed.scheduler.no-workers-timeout": seconds,
        "distributed.deploy.lost-worker-timeout": seconds,
    }


def _wait(client: Client, spec: ClusterSpec) -> None:
    wanted = spec.least_workers
    try:
        client.wait_for_workers(wanted, timeout=spec.wait_seconds)
    except TimeoutError as error:
        came = len(client.scheduler_info(n_workers=-1)["workers"])
        raise ClusterError(
            f"{came} of {wanted} workers came within {spec.wait_seconds:g} s;"
            " ask for fewer (cluster.workers) or wait longer (cluster.wait_seconds)"
        ) from error
