"""Orders over the cluster by joblib's dask backend; outcomes stream in as they end."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from itertools import takewhile
from typing import Final

from distributed import Client, fire_and_forget, get_client
from distributed.scheduler import NoValidWorkerError, NoWorkerError
from joblib import Parallel, delayed, parallel_config

from bench.dask_backend import AttentiveBackend, is_death
from bench.isolate import close_children, warm_up
from bench.late import is_late, least_seconds, not_started, run_in_time, time_of_workers, too_late
from bench.orders import Order, Outcome
from cluster.fate import Fate, fate_of_last
from cluster.loss import is_lost
from cluster.spec import ClusterSpec
from reports.records import Reason

LOSSES_ALLOWED: Final = 1
ANSWER_SECONDS: Final = 2.0
GIVEN_UP: Final = (CancelledError, NoValidWorkerError, NoWorkerError, TimeoutError)
LOCAL: Final = ClusterSpec()


def spread(
    orders: Iterable[Order], *, slots: int, wait_seconds: float, cluster: ClusterSpec = LOCAL
) -> Iterator[Outcome]:
    """The outcome of every order, in the order in which they end.

    Never more orders are on their way than there are ``slots``, so that a case that waits behind
    another does not share its fate, and its clock does not tell of its neighbour. Dask itself
    sends an order elsewhere when its worker dies; where it gives up, the order whose workers died,
    or whatever was on its way where that is not known, is done once more, and what is lost again
    ends ``worker_lost``. What no worker has time left for, or when no worker is left, ends
    ``not_started``.
    """
    waiting = {order.unit: order for order in orders}
    losses: Counter[str] = Counter()
    while waiting:
        sent: list[Order] = []
        addresses = _with_time(waiting.values())
        if addresses == []:
            yield from (too_late(order, 0.0) for order in waiting.values())
            return
        try:
            stream = _stream(
                list(waiting.values()),
                sent,
                slots=slots,
                wait_seconds=wait_seconds,
                addresses=addresses,
            )
            yield from _settled(stream, waiting, losses, cluster)
        except GIVEN_UP as error:
            if is_lost(get_client()):
                raise
            losses.update(order.unit for order in sent if order.unit in waiting)
            fate = fate_of_last(get_client(), cluster)
            if not get_client().nthreads():
                yield from (_left_over(order, losses, fate) for order in waiting.values())
                return
            for unit in [unit for unit in waiting if losses[unit] > LOSSES_ALLOWED]:
                yield _lost(waiting.pop(unit), f"its worker was lost twice: {error}", fate)


def warm_workers(client: Client) -> None:
    """Have every worker start its children; comes back at once, while they do."""
    for address, worker in client.scheduler_info(n_workers=-1)["workers"].items():
        fire_and_forget(client.submit(warm_up, worker["nthreads"], workers=[address], pure=False))


def cool_workers(client: Client) -> None:
    """End the children of all workers, also those at work: nobody waits for them any more.

    Nor for a worker that does not answer: its children end with it.
    """
    if not is_lost(client):
        with suppress(TimeoutError):
            client.sync(
                client._run, close_children, on_error="ignore", callback_timeout=ANSWER_SECONDS
            )


def _with_time(orders: Iterable[Order]) -> list[str] | None:
    """The workers that go on for long enough; None for all of them, also for those to come."""
    left = time_of_workers(get_client())
    able = [address for address, seconds in left.items() if seconds >= least_seconds(orders)]
    return None if len(able) == len(left) else able


def _stream(
    orders: list[Order],
    sent: list[Order],
    *,
    slots: int,
    wait_seconds: float,
    addresses: list[str] | None,
) -> Iterator[Outcome]:
    late: list[str] = []
    backend = AttentiveBackend(sent=sent, wait_for_workers_timeout=wait_seconds, workers=addresses)
    with parallel_config(backend=backend):
        parallel = Parallel(
            n_jobs=slots, return_as="generator_unordered", batch_size=1, pre_dispatch=slots
        )
    # Once a worker has no time left, nothing more is sent until it can be passed by.
    going = takewhile(lambda _: not late, orders)
    answers = parallel(delayed(run_in_time)(order) for order in going)
    with _closed(answers):
        for outcome in map(Outcome.model_validate_json, answers):
            if is_late(outcome):
                late.append(outcome.unit)
            yield outcome


@contextmanager
def _closed(answers: Generator[str, None, None]) -> Iterator[None]:
    """Close the answers after the block, without joblib's advice to him who breaks off."""
    try:
        yield
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            answers.close()


def _settled(
    stream: Iterator[Outcome],
    waiting: dict[str, Order],
    losses: Counter[str],
    cluster: ClusterSpec,
) -> Iterator[Outcome]:
    """The outcomes that stand; what goes again stays among the waiting."""
    for outcome in stream:
        losses[outcome.unit] += is_death(outcome)
        if not _goes_again(outcome, losses):
            order = waiting.pop(outcome.unit)
            yield _killed(order, outcome, cluster) if is_death(outcome) else outcome


def _goes_again(outcome: Outcome, losses: Counter[str]) -> bool:
    return is_late(outcome) or (is_death(outcome) and losses[outcome.unit] <= LOSSES_ALLOWED)


def _killed(order: Order, outcome: Outcome, cluster: ClusterSpec) -> Outcome:
    """What becomes of an order that its workers have died of more than once."""
    assert outcome.reason is not None
    return _lost(order, f"{outcome.reason.message}, twice", fate_of_last(get_client(), cluster))


def _left_over(order: Order, losses: Counter[str], fate: Fate) -> Outcome:
    """What becomes of an order when no worker is left and none comes."""
    if losses[order.unit]:
        return _lost(order, "its worker is gone, and no other came", fate)
    return not_started(order, "no_worker", _told("no worker is left, and none came", fate))


def _lost(order: Order, message: str, fate: Fate) -> Outcome:
    return Outcome(
        unit=order.unit,
        case_id=order.case.case_id,
        fold=order.fold,
        status="worker_lost",
        reason=Reason(kind="worker_lost", message=_told(message, fate)),
        log_tail=fate.log_tail,
    )


def _told(message: str, fate: Fate) -> str:
    return f"{message}; {fate.state}" if fate.state else message
