"""Orders over the cluster by joblib's dask backend; outcomes stream in as they end."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError
from typing import Final

from distributed import Client, fire_and_forget, get_client
from distributed.scheduler import KilledWorker
from joblib import Parallel, delayed, parallel_config

from bench.isolate import close_children, run_order, warm_up
from bench.orders import Order, Outcome
from cluster.loss import is_lost
from reports.records import Reason

LOSSES_ALLOWED: Final = 1


def spread(orders: Iterable[Order], *, slots: int, wait_seconds: float) -> Iterator[Outcome]:
    """The outcome of every order, in the order in which they end.

    Never more orders are on their way than there are ``slots``, so that a case that waits behind
    another does not share its fate, and its clock does not tell of its neighbour. Dask itself
    sends an order elsewhere when its worker dies; where it gives up, what was on its way is done
    once more, and what is lost again ends ``worker_lost``.
    """
    waiting = {order.unit: order for order in orders}
    losses: Counter[str] = Counter()
    while waiting:
        sent: list[str] = []
        try:
            stream = _stream(list(waiting.values()), sent, slots=slots, wait_seconds=wait_seconds)
            for outcome in stream:
                del waiting[outcome.unit]
                yield outcome
        except (KilledWorker, CancelledError) as error:
            if is_lost(get_client()):
                raise
            losses.update(unit for unit in sent if unit in waiting)
            for unit in [unit for unit in waiting if losses[unit] > LOSSES_ALLOWED]:
                yield _lost(waiting.pop(unit), error)


def warm_workers(client: Client) -> None:
    """Have every worker start its children; comes back at once, while they do."""
    for address, worker in client.scheduler_info(n_workers=-1)["workers"].items():
        fire_and_forget(client.submit(warm_up, worker["nthreads"], workers=[address], pure=False))


def cool_workers(client: Client) -> None:
    """End the children of all workers, also those at work: nobody waits for them any more."""
    if not is_lost(client):
        client.run(close_children, on_error="ignore")


def _stream(
    orders: list[Order], sent: list[str], *, slots: int, wait_seconds: float
) -> Iterator[Outcome]:
    with parallel_config(backend="dask", wait_for_workers_timeout=wait_seconds):
        parallel = Parallel(
            n_jobs=slots, return_as="generator_unordered", batch_size=1, pre_dispatch=slots
        )
    answers = parallel(delayed(run_order)(_sent(order, sent)) for order in orders)
    yield from map(Outcome.model_validate_json, answers)


def _sent(order: Order, sent: list[str]) -> str:
    sent.append(order.unit)
    return order.model_copy(update={"submitted": time.time()}).model_dump_json()


def _lost(order: Order, error: Exception) -> Outcome:
    return Outcome(
        unit=order.unit,
        case_id=order.case.case_id,
        fold=order.fold,
        status="worker_lost",
        reason=Reason(kind=type(error).__name__, message=f"its worker died twice: {error}"),
    )
