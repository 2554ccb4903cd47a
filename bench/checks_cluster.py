"""Checks of an open cluster: what its workers have, and whether they see what this machine sees."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from math import isinf
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from dask.utils import format_bytes
from distributed import Client, Worker

from bench.case import Limits
from bench.environment import describe_environment
from bench.finding import Finding, finding
from bench.places import Places
from cluster.wall_time import seconds_left_of

LEAST_MEMORY_BYTES: Final = 2**30
LEAST_DISK_BYTES: Final = 2**30
CLOCK_SECONDS: Final = 1.0


def versions(client: Client, _places: Places) -> Finding:
    """Whether every worker runs this code on the same Python and packages."""
    here, there = _versions(), _asked(client, _versions)
    faults = [
        f"{worker} has {name} {found.get(name)}, this machine {wanted}"
        for worker, found in there.items()
        for name, wanted in here.items()
        if found.get(name) != wanted
    ]
    return finding(
        "versions",
        faults,
        fine=f"the same on {len(there)} workers: Python {here['python']}, dask {here['dask']}",
        remedy="install the same lock on every machine, or share one environment"
        " (options.python says where it is)",
    )


def shared_paths(client: Client, places: Places) -> Finding:
    """Whether every worker sees the data, and what this machine writes beside the runs."""
    places.runs.mkdir(parents=True, exist_ok=True)
    probe = places.runs.resolve() / f".doctor-{uuid4().hex}"
    paths = [str(path.resolve()) for path in places.data]
    probe.write_text("threatbench", "utf-8")
    try:
        unseen = _asked(client, _unseen, [*paths, str(probe)])
    finally:
        probe.unlink()
    named = {str(probe): str(probe.parent)}
    return finding(
        "shared paths",
        [f"{worker} cannot use {named.get(path, path)}" for worker, path in _pairs(unseen)],
        fine=", ".join([*paths, str(probe.parent)]),
        remedy="put data, stores (--home) and runs (--runs) on a file system that all machines"
        " mount at the same path",
    )


def worker_memory(client: Client, _places: Places) -> Finding:
    """Whether each thread of a worker has memory for a case."""
    limits = _of_workers(client, "memory_limit")
    threads = _of_workers(client, "nthreads")
    small = {at: has for at, has in limits.items() if has < LEAST_MEMORY_BYTES * threads[at]}
    return finding(
        "workers' memory",
        [f"{worker} has {format_bytes(has)}" for worker, has in small.items()],
        fine=f"at least {format_bytes(min(limits.values()))} each",
        remedy="raise cluster.memory, or start fewer workers or threads;"
        f" {format_bytes(LEAST_MEMORY_BYTES)} for a thread is the least",
    )


def worker_disk(client: Client, _places: Places) -> Finding:
    """Whether each worker has space where it spills."""
    free = _asked(client, _free_bytes)
    small = {at: has for at, has in free.items() if has < LEAST_DISK_BYTES}
    return finding(
        "workers' disk",
        [f"{worker} has {format_bytes(has)} free" for worker, has in small.items()],
        fine=f"at least {format_bytes(min(free.values()))} free each",
        remedy="make space, or set options.local_directory to another disk",
    )


def clocks(client: Client, _places: Places) -> Finding:
    """Whether the workers' clocks agree with this one: queue times are differences of both."""
    skews = {worker: _skew_seconds(client, worker) for worker in client.nthreads()}
    return finding(
        "clocks",
        [f"{at} is {skew:.1f} s off" for at, skew in skews.items() if skew > CLOCK_SECONDS],
        fine=f"within {CLOCK_SECONDS:g} s of this machine's",
        remedy="let NTP set the clocks of all machines",
    )


def wall_time(client: Client, _places: Places) -> Finding:
    """Whether the workers go on for long enough to start a case with the usual limit."""
    wanted = Limits().seconds
    left = _asked(client, seconds_left_of)
    least = min(left.values())
    return finding(
        "wall time",
        [f"{worker} leaves in {has:.0f} s" for worker, has in left.items() if has < wanted],
        fine="nothing ends the workers" if isinf(least) else f"at least {least:.0f} s left each",
        remedy=f"raise cluster.wall_seconds, or lower limits.seconds from {wanted:g}:"
        " a case is not started where it may not end",
    )


ON_CLUSTER: Final[tuple[Callable[[Client, Places], Finding], ...]] = (
    versions, shared_paths, worker_memory, worker_disk, clocks, wall_time,
)  # fmt: skip


def _asked(client: Client, question: Callable[..., Any], *words: object) -> dict[str, Any]:
    answers: dict[str, Any] = client.run(question, *words)
    return answers


def _pairs(answers: Mapping[str, Iterable[str]]) -> list[tuple[str, str]]:
    return [(worker, path) for worker, paths in answers.items() for path in paths]


def _of_workers(client: Client, key: str) -> dict[str, int]:
    workers = client.scheduler_info(n_workers=-1)["workers"]
    return {address: worker[key] for address, worker in workers.items()}


def _versions() -> dict[str, str]:
    found: Any = describe_environment()
    return {"python": found["python"], "commit": str(found["commit"]), **found["versions"]}


def _unseen(paths: list[str]) -> list[str]:
    return [path for path in paths if not os.access(path, os.R_OK)]


def _free_bytes(dask_worker: Worker) -> int:
    return shutil.disk_usage(Path(dask_worker.local_directory)).free


def _skew_seconds(client: Client, worker: str) -> float:
    """By how much the worker's clock is wrong for sure, whatever the question took."""
    before = time.time()
    there: float = client.run(time.time, workers=[worker])[worker]
    return max(before - there, there - time.time(), 0.0)
