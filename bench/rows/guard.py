"""Work of the whole cluster under a limit of time and memory that its client enforces."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final, Generic, TypeVar

from distributed import Client
from distributed.scheduler import KilledWorker

from bench.case import Limits
from reports.records import Reason, Status

GLANCE_SECONDS: Final = 0.5
LOG_LINES: Final = 20

Found = TypeVar("Found")


@dataclass(frozen=True, kw_only=True)
class Guarded(Generic[Found]):
    """What became of the work: its result, or why there is none.

    ``peak_memory_bytes`` is the most that one worker took, as the scheduler was told.
    """

    status: Status = "done"
    found: Found | None = None
    reason: Reason | None = None
    log_tail: tuple[str, ...] = ()
    peak_memory_bytes: int | None = None


def guarded(client: Client, work: Callable[[], Found], limits: Limits) -> Guarded[Found]:
    """Do the work in a thread, and restart the workers when it takes too long or too much.

    What a worker does in native code cannot be interrupted, so its process is replaced by its
    nanny; the workers of a cluster without nannies cannot be, and there the work goes on.
    """
    deadline = monotonic() + limits.seconds
    peak = 0
    with ThreadPoolExecutor(1) as pool, _ended_with(client):
        future = pool.submit(work)
        while not wait([future], GLANCE_SECONDS).done:
            memory = _largest_memory_bytes(client)
            peak = max(peak, memory)
            fault = _fault(memory, deadline, limits)
            if fault and _has_nannies(client):
                client.restart()
                status, reason = fault
                return Guarded(status=status, reason=reason, peak_memory_bytes=peak)
    return _outcome(future.exception() or future.result(), peak)


def _outcome(found: Found | BaseException, peak: int) -> Guarded[Found]:
    if not isinstance(found, BaseException):
        return Guarded(found=found, peak_memory_bytes=peak)
    lines = "".join(traceback.format_exception(found)).splitlines()
    return Guarded(
        status=_status(found),
        reason=Reason(kind=type(found).__name__, message=str(found)),
        log_tail=tuple(lines[-LOG_LINES:]),
        peak_memory_bytes=peak,
    )


def _status(error: BaseException) -> Status:
    if isinstance(error, MemoryError):
        return "out_of_memory"
    return "worker_lost" if isinstance(error, (KilledWorker, CancelledError)) else "failed"


def _fault(memory: int, deadline: float, limits: Limits) -> tuple[Status, Reason] | None:
    if memory > limits.memory:
        message = f"a worker took more than its {limits.memory.human_readable()};"
        message += " raise limits.memory or lower budgets"
        return "out_of_memory", Reason(kind="memory_limit", message=message)
    if monotonic() > deadline:
        message = f"ran longer than its {limits.seconds:g} s; raise limits.seconds or lower budgets"
        return "timed_out", Reason(kind="time_limit", message=message)
    return None


@contextmanager
def _ended_with(client: Client) -> Iterator[None]:
    """End what goes on when the block is left early, so that nobody waits for its thread."""
    try:
        yield
    except BaseException:
        if _has_nannies(client):
            client.restart(wait_for_workers=False)
        raise


def _workers(client: Client) -> dict[str, dict[str, Any]]:
    workers: dict[str, dict[str, Any]] = client.scheduler_info(n_workers=-1)["workers"]
    return workers


def _largest_memory_bytes(client: Client) -> int:
    workers = _workers(client).values()
    return max((int(worker["metrics"].get("memory", 0)) for worker in workers), default=0)


def _has_nannies(client: Client) -> bool:
    workers = _workers(client).values()
    return all(worker["nanny"] for worker in workers)
