"""What the scheduler costs: the suite's graph shape with nothing in it, through a local cluster."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, dataclass
from typing import Final

import psutil
from dask import delayed
from distributed import Client, LocalCluster

from bench.planning.tasks import merge_tasks
from pipeline.tree import merge_nodes

PARTITIONS: Final = 17_000


@dataclass(frozen=True, kw_only=True)
class Load:
    """One pass over so many empty partitions, their results merged eight at a time.

    ``scheduler_bytes`` is by how much the process that holds scheduler and client grew.
    """

    partitions: int
    merges: int
    workers: int
    seconds: float
    milliseconds_per_task: float
    scheduler_bytes: int


def measure(partitions: int = PARTITIONS, *, workers: int = 2) -> Load:
    """Send the graph that every pass of the suite sends, with tasks that do nothing."""
    process = psutil.Process()
    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster),
    ):
        merge_nodes(_leaves(workers), merge=_nothing_of)
        before, begun = process.memory_info().rss, time.perf_counter()
        merge_nodes(_leaves(partitions), merge=_nothing_of)
        seconds = time.perf_counter() - begun
        grown = process.memory_info().rss - before
    merges = merge_tasks(partitions)
    return Load(
        partitions=partitions,
        merges=merges,
        workers=workers,
        seconds=seconds,
        milliseconds_per_task=1_000 * seconds / (partitions + merges),
        scheduler_bytes=grown,
    )


def _leaves(partitions: int) -> list[object]:
    return [delayed(_nothing, pure=False)(number) for number in range(partitions)]


def _nothing(_number: int) -> int:
    return 0


def _nothing_of(_several: object) -> int:
    return 0


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(measure(*map(int, sys.argv[1:2]))), indent=1) + "\n")
