"""What the run ran on: commit, versions, processors, memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reports.history import Report
from reports.page import Fragment, empty, tables_fragment
from reports.tables import Column, make_table


def environment(report: Report) -> Fragment:
    """Every fact under its dotted name."""
    run = report.run
    facts = {
        "run": run.name,
        "started": run.summary.started,
        "ended": run.summary.ended,
        "data": run.summary.data.model_dump(exclude_none=True),
        "cluster": run.summary.cluster.model_dump(exclude_none=True),
        **run.summary.environment,
    }
    rows = [{"name": name, "value": value} for name, value in _flat(facts)]
    if len(rows) < 2:
        return empty("The run recorded nothing of its environment.")
    columns = [Column(key="name", title="Fact"), Column(key="value", title="Value")]
    table = make_table("environment", "What the run ran on", columns, rows)
    return tables_fragment("", [table], tools=("filter",))


def _flat(facts: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in facts.items():
        within = _within(value)
        if within is not None:
            yield from _flat(within, f"{prefix}{name}.")
        elif value not in (None, ""):
            yield f"{prefix}{name}", str(value)


def _within(value: object) -> Mapping[str, object] | None:
    """What a table or list holds, by name or place; ``None`` for a plain value."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, list | tuple):
        return {str(place): item for place, item in enumerate(value)}
    return None
