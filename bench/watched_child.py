"""A child process as its worker sees it: asked, watched, and ended at its limits."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from typing import IO, Final

import psutil

from bench.orders import READY, Order, Outcome
from cluster.fork_server import ADDRESS
from cluster.forked import Forked
from reports.records import Reason, Status

GLANCE_SECONDS: Final = 0.05
START_SECONDS: Final = 300.0
"""How long a child may take to be ready; its imports may come over a slow network."""
LOG_LINES: Final = 20
LOG_BYTES: Final = 16_384


class Child:
    """A process that carries out one order at a time, once it ``is_ready``."""

    def __init__(self) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the child
        self._process = _forked(self._log) or _started_anew(self._log)
        self.is_ready = False

    @property
    def is_alive(self) -> bool:
        """Whether it can take an order."""
        return self._process.poll() is None

    def ask(self, order: Order) -> Outcome:
        """What became of the order; the child may be dead afterwards.

        The order's clock starts when the child has said that it is ready.
        """
        logged = os.fstat(self._log.fileno()).st_size if self.is_ready else 0
        outcome = self._unready(order) or self._asked(order)
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

    def _unready(self, order: Order) -> Outcome | None:
        """What becomes of the order where the child does not come up; nothing where it does."""
        if self.is_ready:
            return None
        deadline = time.monotonic() + START_SECONDS
        answer = self._await(order, deadline, ("failed", _start_reason()))
        self.is_ready = answer == READY
        return None if self.is_ready else _as_outcome(answer)

    def _asked(self, order: Order) -> Outcome:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(order.model_dump_json() + "\n")
            self._process.stdin.flush()
        deadline = time.monotonic() + order.limits.seconds
        return _as_outcome(self._await(order, deadline, ("timed_out", _time_reason(order))))

    def _await(self, order: Order, deadline: float, late: tuple[Status, Reason]) -> str | Outcome:
        """The next line that the child says, or what became of the order without one."""
        peak_memory_bytes = 0
        while not self._has_answer(deadline):
            memory_bytes = self._memory_bytes()
            peak_memory_bytes = max(peak_memory_bytes, memory_bytes)
            if memory_bytes > order.limits.memory:
                return self._ended(order, "out_of_memory", _memory_reason(order), memory_bytes)
            if time.monotonic() > deadline:
                return self._ended(order, *late, peak_memory_bytes)
        assert self._process.stdout is not None
        answer = self._process.stdout.readline()
        return answer or self._ended(order, *_death(self._process.wait()), peak_memory_bytes)

    def _has_answer(self, deadline: float) -> bool:
        """Whether it has come within a glance, which ends when the time is up."""
        assert self._process.stdout is not None
        glance = min(GLANCE_SECONDS, max(0.0, deadline - time.monotonic()))
        readable, _, _ = select.select([self._process.stdout], [], [], glance)
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


def _forked(log: IO[bytes]) -> Forked | None:
    """A child from the fork server of this machine; None where there is none, or none any more."""
    if ADDRESS not in os.environ:
        return None
    with contextlib.suppress(OSError):
        return Forked("bench.child:main", stderr=log.fileno())
    return None


def _started_anew(log: IO[bytes]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bench.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )


def _as_outcome(answer: str | Outcome) -> Outcome:
    return Outcome.model_validate_json(answer) if isinstance(answer, str) else answer


def _start_reason() -> Reason:
    return Reason(
        kind="start_limit",
        message=f"its process was not ready within {START_SECONDS:g} s; is the file system slow,"
        " or the worker's machine overloaded?",
    )


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
