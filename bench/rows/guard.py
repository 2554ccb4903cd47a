"""Work of the whole cluster under a limit of time and memory that its client enforces."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any, Final, Generic, TypeVar

import distributed
from distributed import Client
from distributed.scheduler import KilledWorker, NoValidWorkerError, NoWorkerError

from bench.case import Limits
from bench.errors import BenchError
from reports.records import Reason, Status

GLANCE_SECONDS: Final = 0.5
LOG_LINES: Final = 20
RETURN_SECONDS: Final = 120.0
NOBODY_RUNS: Final = (NoValidWorkerError, NoWorkerError)

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
    """Do the work in a thread, and replace the workers when it takes too long or too much.

    What a worker does in native code cannot be interrupted, so its process is replaced by its
    nanny; the workers of a cluster without nannies cannot be, and there the work goes on.
    """
    deadline = monotonic() + limits.seconds
    peak = 0
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(_with, client, work)
        with _ended_early(client, future):
            while not wait([future], GLANCE_SECONDS).done:
                memory = _largest_memory_bytes(client)
                peak = max(peak, memory)
                fault = _fault(memory, deadline, limits)
                if fault and _has_nannies(client):
                    _replace_workers(client, future)
                    status, reason = fault
                    return Guarded(status=status, reason=reason, peak_memory_bytes=peak)
    is_stuck = isinstance(future.exception(), NOBODY_RUNS) and _are_paused(client)
    if is_stuck and _has_nannies(client):
        _replace_workers(client, future)
        return Guarded(status="out_of_memory", reason=_paused_reason(), peak_memory_bytes=peak)
    return _outcome(future.exception() or future.result(), peak)


def _with(client: Client, work: Callable[[], Found]) -> Found:
    """The work, its tasks for this client's cluster even where its process has another one's."""
    with client.as_current():
        return work()


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
def _ended_early(client: Client, future: Future[Any]) -> Iterator[None]:
    """End what goes on when the block is interrupted, so that nobody waits for its thread."""
    try:
        yield
    except KeyboardInterrupt:
        if _has_nannies(client):
            _kill_workers(client, future)
        raise


def _replace_workers(client: Client, future: Future[Any]) -> None:
    """Kill the workers, and wait until their nannies have started others.

    ``Client.restart`` would do the same, but a worker that it has to kill is started twice at once,
    by the restart and by its nanny (distributed 2026.8).

    Raises
    ------
    BenchError
        When the workers have not come back.
    """
    before = set(_workers(client))
    _kill_workers(client, future)
    deadline = monotonic() + RETURN_SECONDS
    while len(set(_workers(client)) - before) < len(before) or not _are_nannies_ready(client):
        if monotonic() > deadline:
            raise BenchError(
                f"workers that were ended for a limit have not come back in {RETURN_SECONDS:g} s;"
                " see that the machine is not overloaded, then go on with --resume"
            )
        sleep(GLANCE_SECONDS)


def _kill_workers(client: Client, future: Future[Any]) -> None:
    """Give up all that is asked of the cluster, until the thread that asks has ended."""
    _cancel_all(client)
    client.run(_end_this_process, on_error="ignore")
    while not wait([future], GLANCE_SECONDS).done:
        _cancel_all(client)


def _cancel_all(client: Client) -> None:
    keys = tuple(client.futures)
    client.cancel([distributed.Future(key, client) for key in keys], force=True)


def _are_nannies_ready(client: Client) -> bool:
    """Whether every nanny has seen its worker start; before, it would not replace it again."""
    return set(client.run(_nanny_status, nanny=True).values()) == {"running"}


def _nanny_status(dask_worker: Any) -> str:  # noqa: ANN401 - the name that Client.run looks for
    return str(dask_worker.status.name)


def _end_this_process() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _are_paused(client: Client) -> bool:
    """Whether there are workers, and all hold so much that they take no more work."""
    states = {worker["status"] for worker in _workers(client).values()}
    return states == {"paused"}


def _paused_reason() -> Reason:
    message = "every worker's memory is so full that it takes no more work;"
    message += " raise cluster.memory or lower budgets"
    return Reason(kind="workers_full", message=message)


def _workers(client: Client) -> dict[str, dict[str, Any]]:
    workers: dict[str, dict[str, Any]] = client.scheduler_info(n_workers=-1)["workers"]
    return workers


def _largest_memory_bytes(client: Client) -> int:
    workers = _workers(client).values()
    return max((int(worker["metrics"].get("memory", 0)) for worker in workers), default=0)


def _has_nannies(client: Client) -> bool:
    workers = _workers(client).values()
    return all(worker["nanny"] for worker in workers)
