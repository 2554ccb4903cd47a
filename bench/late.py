"""Orders that cannot end before their worker's wall time does: not started on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from distributed import Client

from bench.isolate import run_order
from bench.orders import Order, Outcome
from bench.run_log import RunLog
from cluster.wall_time import seconds_left, seconds_left_of
from reports.records import Reason, Record

LATE: Final = "wall_time"


def run_in_time(order_json: str) -> str:
    """What :func:`bench.isolate.run_order` answers, where the worker goes on for long enough."""
    order, left = Order.model_validate_json(order_json), seconds_left()
    if order.limits.seconds > left:
        return too_late(order, left).model_dump_json()
    return run_order(order_json)


def too_late(order: Order, seconds_left: float) -> Outcome:
    """What a worker answers that leaves before the order is sure to have ended."""
    return not_started(
        order,
        LATE,
        f"may take {order.limits.seconds:g} s (limits.seconds), but its worker leaves in"
        f" {max(seconds_left, 0):.0f} s; `--resume` goes on with new workers",
    )


def not_started(order: Order, kind: str, message: str) -> Outcome:
    """The outcome of an order that never began."""
    return Outcome(
        unit=order.unit,
        case_id=order.case.case_id,
        fold=order.fold,
        status="not_started",
        reason=Reason(kind=kind, message=message),
    )


def broken_off(records: Iterable[Record], log: RunLog) -> bool:
    """Whether cases are left, so that the run can be resumed; its log is told why."""
    left = [record for record in records if record.status == "not_started"]
    reasons = {record.reason.message for record in left if record.reason}
    if left:
        log.say({"error": f"{len(left)} cases were not started: {'; '.join(sorted(reasons))}"})
    return bool(left)


def is_late(outcome: Outcome) -> bool:
    """Whether the order was turned down by a worker that is about to leave."""
    return outcome.reason is not None and outcome.reason.kind == LATE


def least_seconds(orders: Iterable[Order]) -> float:
    """What the order with the tightest limit may take."""
    return min(order.limits.seconds for order in orders)


def time_of_workers(client: Client) -> dict[str, float]:
    """How long each worker goes on, by its address."""
    left: dict[str, float] = client.run(seconds_left_of, on_error="ignore")
    return left
