"""Cases in child processes of a worker, kept warm between them.

A worker keeps warm children, one for each case that it runs at a time: their imports are paid once,
and a child is replaced only when it had to be killed or ended by itself.
"""

from __future__ import annotations

import queue
from collections.abc import Iterator
from contextlib import contextmanager

from bench.orders import Order
from bench.watched_child import Child
from cluster.spilled import spilled_bytes

_idle: queue.LifoQueue[Child] = queue.LifoQueue()
_working: set[Child] = set()


def run_order(order_json: str, worker: str = "") -> str:
    """The outcome of an order as JSON, whatever the model does to its process."""
    order = Order.model_validate_json(order_json)
    before = spilled_bytes()
    with _borrowed_child() as child:
        outcome = child.ask(order)
    after = spilled_bytes()
    spilled = None if before is None or after is None else after - before
    told = {"worker": worker or _worker_name(), "spilled_bytes": spilled}
    return outcome.model_copy(update=told).model_dump_json()


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


def _worker_name() -> str:
    from distributed import get_worker

    try:
        return str(get_worker().name)
    except ValueError:
        return "local"
