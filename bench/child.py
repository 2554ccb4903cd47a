"""The process that a case runs in: orders come by stdin, answers go to stdout, until stdin ends."""

from __future__ import annotations

import os
import queue
import resource
import sys
import threading
import traceback
import warnings
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from bench.execute import perform
from bench.orders import READY, Order, Outcome
from pipeline.memory import give_back_memory
from reports.records import Reason

IDLE_SECONDS: Final = 0.5
LARGE_BYTES: Final = 2**30
"""An order that took more leaves behind what the next one would be charged with."""


def main() -> None:
    """Say that it is ready, then answer every order by a line of JSON; models print to the log."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    orders: queue.SimpleQueue[str] = queue.SimpleQueue()
    warnings.simplefilter("default")
    answers.write(READY)
    answers.flush()
    threading.Thread(target=_read, args=(sys.stdin, orders), daemon=True).start()
    order = orders.get()
    while True:
        outcome = _answer(order)
        answers.write(outcome.model_dump_json() + "\n")
        answers.flush()
        if (outcome.peak_memory_bytes or 0) > LARGE_BYTES:
            give_back_memory()
        order = _next(orders)


def _next(orders: queue.SimpleQueue[str]) -> str:
    """The next order; when none comes for a while, what keeping a model needs is imported."""
    with suppress(queue.Empty):
        return orders.get(timeout=IDLE_SECONDS)
    import skops.io  # noqa: F401 - here since it takes longer than all else that a case imports

    return orders.get()


def _read(stream: IO[str], orders: queue.SimpleQueue[str]) -> None:
    """Pass orders on; when the worker is gone, end at once, whatever the model is doing."""
    for line in stream:
        orders.put(line)
    os._exit(0)


def _answer(line: str) -> Outcome:
    order = Order.model_validate_json(line)
    _forget_peak_memory()
    try:
        outcome = perform(order)
    except MemoryError as error:
        outcome = _failure(order, "out_of_memory", error)
    except Exception as error:  # noqa: BLE001 - whatever a model raises becomes its record
        traceback.print_exc()
        outcome = _failure(order, "failed", error)
    return outcome.model_copy(update={"peak_memory_bytes": _peak_memory_bytes()})


def _failure(order: Order, status: str, error: BaseException) -> Outcome:
    return Outcome.model_validate(
        {
            "unit": order.unit,
            "case_id": order.case.case_id,
            "fold": order.fold,
            "status": status,
            "reason": Reason(kind=type(error).__name__, message=str(error)),
        }
    )


def _forget_peak_memory() -> None:
    """Let the kernel measure the peak anew (Linux: clear_refs 5); elsewhere it only grows."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def _peak_memory_bytes() -> int:
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) * 1024


if __name__ == "__main__":
    main()
