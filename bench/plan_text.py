"""A plan in words for people, and as JSON for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from bench.plan import Plan
from bench.planning.forecast import Forecast

GIB: Final = 2**30
REFERENCE: Final = "shipped reference rates"


def plan_text(plan: Plan) -> str:
    """What would run, then a column for each shape."""
    return "\n".join([*_what(plan), "", *_table(plan), "", *_verdict(plan)])


def plan_json(plan: Plan) -> dict[str, Any]:
    """The same for programs; bytes and seconds as they are predicted."""
    scope = plan.scope
    return {
        "suite": scope.suite.name,
        "tasks": scope.suite.tasks,
        "splits": scope.suite.splits,
        "models": scope.suite.models,
        "cases": len(scope.suite.cases),
        "orders": dict(plan.orders),
        "scheduler_tasks": plan.tasks,
        "rows": scope.rows,
        "used_rows": scope.used_rows,
        "files": scope.files,
        "rows_to_write": scope.rows_to_write,
        "rows_to_ingest": scope.rows_to_ingest,
        "is_counted": scope.is_counted,
        "machine": plan.scope.machine,
        "rates": {stage: pace.source or REFERENCE for stage, pace in plan.paces.items()},
        "forecasts": [_forecast_json(one) for one in plan.forecasts],
        "late_models": plan.late_models,
        "fits": not plan.faults,
        "faults": plan.faults,
    }


def _forecast_json(one: Forecast) -> dict[str, Any]:
    return {
        "shape": one.shape.name,
        "nodes": one.shape.nodes,
        "workers": one.shape.workers,
        "threads": one.shape.slots,
        "seconds": dict(one.seconds),
        "total_seconds": one.total_seconds,
        "client_bytes": round(one.memory.client),
        "worker_bytes": round(one.worker_bytes),
        "store_bytes": round(one.store_bytes),
        "work_bytes": round(one.work_bytes),
        "faults": one.faults,
    }


def _what(plan: Plan) -> Iterator[str]:
    scope, suite = plan.scope, plan.scope.suite
    orders = ", ".join(f"{number:,} {sort}" for sort, number in plan.orders.items() if number)
    yield (
        f"{suite.name}: {len(suite.cases)} cases of {len(suite.models)} models"
        f" on {', '.join(suite.tasks)} x {', '.join(suite.splits)}"
    )
    yield f"orders: {orders}"
    yield f"flows: {scope.rows:,} in {scope.files:,} files; {_state(plan)}"
    yield f"tasks before the scheduler: {plan.tasks:,}, and the orders"
    yield f"rates: {'; '.join(_rates(plan))}"


def _state(plan: Plan) -> str:
    if plan.scope.rows_to_write:
        return "synthetic, to be written and ingested"
    if plan.scope.rows_to_ingest:
        return "by their bytes; to be ingested"
    return "in the store, counted" if plan.scope.is_counted else "in the store"


def _rates(plan: Plan) -> Iterator[str]:
    of_source: dict[str, list[str]] = {}
    reference = f"{REFERENCE}, times {plan.scope.machine:.2f} on this machine"
    for stage, pace in plan.paces.items():
        of_source.setdefault(pace.source or reference, []).append(stage)
    for source, stages in of_source.items():
        yield f"{source} ({', '.join(stages)})"


def _table(plan: Plan) -> Iterator[str]:
    head = plan.forecasts
    yield _line("", [one.shape.name for one in head])
    yield _line("workers", [f"{one.shape.workers:,}" for one in head])
    for stage in _told_stages(head):
        yield _line(f"{stage} s", [f"{one.seconds[stage]:,.1f}" for one in head])
    rows: dict[str, Callable[[Forecast], float]] = {
        "minutes": lambda one: one.total_seconds / 60,
        "GiB per worker": lambda one: one.worker_bytes / GIB,
        "GiB of the client": lambda one: one.memory.client / GIB,
        "GiB of disk": lambda one: (one.store_bytes + one.work_bytes) / GIB,
    }
    for name, value in rows.items():
        yield _line(name, [f"{value(one):,.2f}" for one in head])
    yield _line("verdict", ["cannot finish" if one.faults else "fits" for one in head])


def _told_stages(forecasts: Sequence[Forecast]) -> list[str]:
    """Those that take a tenth of a second anywhere."""
    stages = forecasts[0].seconds
    return [name for name in stages if max(one.seconds[name] for one in forecasts) >= 0.05]


def _line(name: str, cells: list[str]) -> str:
    return f"{name:<18}" + "".join(f"{cell:>15}" for cell in cells)


def _verdict(plan: Plan) -> Iterator[str]:
    if plan.late_models:
        yield (
            f"limits.seconds = {plan.scope.suite.limits.seconds:g} is predicted to end cases of"
            f" {', '.join(plan.late_models)}; raise it, or lower effort or their budgets"
        )
    for one in plan.forecasts[1:]:
        yield from (f"not on {fault}" for fault in one.faults)
    yield "verdict: cannot finish as asked" if plan.faults else "verdict: fits"
