"""SHAPES: machines that a run is predicted for, beside the one that is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import psutil

from bench.suite import Suite


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Nodes, worker processes on each, and threads of each; bytes where they are known.

    ``client_bytes`` is the memory of the machine that client and scheduler run on, which holds
    workers, too, where ``shares_client``.
    """

    name: str
    nodes: int
    workers_per_node: int
    threads: int = 1
    node_bytes: float | None = None
    worker_bytes: float | None = None
    client_bytes: float
    shares_client: bool = True

    @property
    def workers(self) -> int:
        """Of all nodes."""
        return self.nodes * self.workers_per_node

    @property
    def slots(self) -> int:
        """How many orders go on at a time."""
        return self.workers * self.threads


GIB: Final = 2**30

SHAPES: Final = (
    Shape(name="laptop", nodes=1, workers_per_node=2, node_bytes=16 * GIB, client_bytes=16 * GIB),
    Shape(
        name="10 nodes", nodes=10, workers_per_node=16, node_bytes=64 * GIB, client_bytes=64 * GIB
    ),
    Shape(
        name="100 nodes", nodes=100, workers_per_node=16, node_bytes=64 * GIB, client_bytes=64 * GIB
    ),
)
"""A laptop of two workers and 16 GiB; nodes of 16 workers and 64 GiB."""

HERE: Final = ("local", "inline")


def asked_shape(suite: Suite) -> Shape:
    """The suite's own cluster: on this machine, or wherever its kind puts each worker."""
    spec, memory = suite.cluster, psutil.virtual_memory().total
    is_here = spec.kind in HERE
    return Shape(
        name="asked",
        nodes=1 if is_here else spec.workers,
        workers_per_node=spec.workers if is_here else 1,
        threads=spec.threads,
        node_bytes=memory if is_here else None,
        worker_bytes=spec.memory,
        client_bytes=memory,
        shares_client=is_here,
    )
