"""Cases in child processes of a worker, with limits that are enforced from outside the fit.

A worker keeps warm children, one for each case that it runs at a time: their imports are paid once,
and a child is replaced only when it had to be killed or ended by itself.
"""

from __future__ import annotations

import contextlib
import os
import queue
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psutil

from bench.orders import Order, Outcome
from reports.records import Reason, Status

GLANCE_SECONDS: Final = 0.05
LOG_LINES: Final = 20
LOG_BYTES: Final = 16_384

_idle: queue.LifoQueue[Child] = queue.LifoQueue()
_working: set[Child] = set()


def run_order(order_json: str, worker: str = "") -> str:
    """The outcome of an order as JSON, whatever the model does to its process."""
    order = Order.model_validate_json(order_json)
    with _borrowed_child() as child:
        outcome = child.ask(order)
    return outcome.model_copy(update={"worker": worker or _worker_name()}).model_dump_json()


def warm_up(children: int) -> None:
    """Start that many children now, so that the first cases find them ready."""
    for _ in range(children):
        _idle.put(Child())


def close_children() -> None:
    """End the children of this process; orders that are still at work end with theirs."""
    for child in tuple(_working):
        child.stop()
    while True:
        try:
            _idle.get_nowait().kill()
        except queue.Empty:
            return


class Child:
    """A process that carries out one order at a time."""

    def __init__(self) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the child
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )

    @property
    def is_alive(self) -> bool:
        """Whether it can take an order."""
        return self._process.poll() is None

    def ask(self, order: Order) -> Outcome:
        """What became of the order; the child may be dead afterwards."""
        assert self._process.stdin is not None
        logged = os.fstat(self._log.fileno()).st_size
        deadline = time.monotonic() + order.limits.seconds
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(order.model_dump_json() + "\n")
            self._process.stdin.flush()
        outcome = self._await(order, deadline)
        return outcome.model_copy(update={"log_tail": self._log_since(logged)})

    def stop(self) -> None:
        """End the process, whatever it is doing; :meth:`ask` comes back at once."""
        self._process.kill()
        self._process.wait()

    def kill(self) -> None:
        """End the process and give back all that it held here."""
        self.stop()
        for stream in (self._process.stdin, self._process.stdout, self._log):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()

    def _await(self, order: Order, deadline: float) -> Outcome:
        peak_memory_bytes = 0
        while not self._has_answer():
            memory_bytes = self._memory_bytes()
            peak_memory_bytes = max(peak_memory_bytes, memory_bytes)
            if memory_bytes > order.limits.memory:
                return self._ended(order, "out_of_memory", _memory_reason(order), memory_bytes)
            if time.monotonic() > deadline:
                return self._ended(order, "timed_out", _time_reason(order), peak_memory_bytes)
        assert self._process.stdout is not None
        answer = self._process.stdout.readline()
        if answer:
            return Outcome.model_validate_json(answer)
        return self._ended(order, *_death(self._process.wait()), peak_memory_bytes)

    def _has_answer(self) -> bool:
        assert self._process.stdout is not None
        readable, _, _ = select.select([self._process.stdout], [], [], GLANCE_SECONDS)
        return bool(readable)

    def _memory_bytes(self) -> int:
        try:
            return int(psutil.Process(self._process.pid).memory_info().rss)
        except psutil.NoSuchProcess:
            return 0

    def _ended(
        self, order: Order, status: Status, reason: Reason, peak_memory_bytes: int
    ) -> Outcome:
        self.stop()
        return Outcome(
            unit=order.unit,
            case_id=order.case.case_id,
            fold=order.fold,
            status=status,
            reason=reason,
            peak_memory_bytes=peak_memory_bytes or None,
        )

    def _log_since(self, start: int) -> tuple[str, ...]:
        start = max(start, os.fstat(self._log.fileno()).st_size - LOG_BYTES)
        text = os.pread(self._log.fileno(), LOG_BYTES, start).decode("utf-8", "replace")
        return tuple(text.splitlines()[-LOG_LINES:])


@contextmanager
def _borrowed_child() -> Iterator[Child]:
    try:
        child = _idle.get_nowait()
    except queue.Empty:
        child = Child()
    _working.add(child)
    try:
        yield child
    except BaseException:
        child.kill()
        raise
    finally:
        _working.discard(child)
    if child.is_alive:
        _idle.put(child)
    else:
        child.kill()


def _memory_reason(order: Order) -> Reason:
    return Reason(
        kind="memory_limit",
        message=f"took more than its {order.limits.memory.human_readable()};"
        " raise limits.memory or lower budgets",
    )


def _time_reason(order: Order) -> Reason:
    return Reason(
        kind="time_limit",
        message=f"ran longer than its {order.limits.seconds:g} s; raise limits.seconds"
        " or lower budgets",
    )


def _death(exit_status: int) -> tuple[Status, Reason]:
    if exit_status == -signal.SIGKILL:
        message = "its process was killed by SIGKILL, as the kernel does when memory is short"
        return "out_of_memory", Reason(kind="killed", message=message)
    if exit_status < 0:
        name = signal.Signals(-exit_status).name
        return "failed", Reason(kind="signal", message=f"its process died of {name}")
    message = f"its process ended by itself with status {exit_status}"
    return "failed", Reason(kind="exit", message=message)


def _worker_name() -> str:
    from distributed import get_worker

    try:
        return str(get_worker().name)
    except ValueError:
        return "local"
