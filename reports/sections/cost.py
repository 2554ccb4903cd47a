"""Where the time went: by stage, by case, by worker."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup

from reports.history import Report
from reports.numbers import duration_text, memory_text
from reports.page import Fragment, empty, render, tables_fragment
from reports.plots import Axis, figure, span_plot
from reports.records import Record
from reports.run import Run
from reports.tables import Column, Table, Value, known, make_table
from reports.terms import TERMS, column

PARTS = ("queue", "load", "fit", "predict", "score")
TIMELINE = "When each worker ran which case; between them it waited or fitted on folds"


def cost(report: Report) -> Fragment:
    """The stages, the cases and the workers, each with their seconds."""
    run = report.run
    tables = [*_stage_tables(run), *_case_tables(run), *_worker_tables(run)]
    if not tables:
        return empty("The run recorded no times.")
    link = render("dask_link.html", {"is_there": (run.path / "dask.html").exists()})
    return tables_fragment(_intro(run), tables, plots=[link, _timeline(run)])


def _intro(run: Run) -> str:
    stages = run.summary.seconds_in_all
    fits = sum(record.seconds.get("fit", 0.0) for record in run.records)
    peak = run.summary.peak_memory_bytes
    facts = [
        f"The stages took {duration_text(stages)}." if stages else "",
        f"All fits together took {duration_text(fits)}." if fits else "",
        f"Peak memory of a process: {memory_text(peak)}." if peak else "",
    ]
    return " ".join(fact for fact in facts if fact)


def _timeline(run: Run) -> Markup:
    """When each worker ran which case."""
    timed = [record for record in run.records if record.started and record.worker]
    if not timed:
        return Markup("")
    first = min(record.started for record in timed if record.started)
    rows = [
        _span((record.started - first).total_seconds(), record)
        for record in timed
        if record.started
    ]
    workers = sorted({str(row["name"]) for row in rows})
    chart = span_plot(rows, x=Axis(key="low", title="Seconds since the first case"), order=workers)
    return figure(chart, caption=TIMELINE)


def _span(low: float, record: Record) -> dict[str, object]:
    spent = sum(seconds for part, seconds in record.seconds.items() if part != "queue")
    said = f"{record.case_id}: {duration_text(spent)} from {low:.1f} s on"
    return {"name": record.worker_title, "low": low, "high": low + spent, "said": said}


def _stage_tables(run: Run) -> list[Table]:
    columns = [
        Column(key="stage", title="Stage"),
        Column(
            key="seconds", title="Time", kind="seconds", unit="s", bar=True, term="stage_seconds"
        ),
    ]
    rows: list[dict[str, Value]] = [
        {"stage": stage, "seconds": seconds} for stage, seconds in run.summary.seconds.items()
    ]
    return [make_table("stages", "Wall time of every stage", columns, rows)] if rows else []


def _case_tables(run: Run) -> list[Table]:
    timed = [record for record in run.records if record.seconds]
    measured = dict.fromkeys(part for record in timed for part in record.seconds)
    parts = [*(part for part in PARTS if part in measured), *sorted(measured.keys() - set(PARTS))]
    columns = [
        Column(key="case", title="Case"),
        column("started_seconds"),
        *(_part_column(part) for part in parts),
        column("peak_memory_bytes"),
        column("spilled_bytes"),
        Column(key="worker", title="Worker"),
    ]
    first = min((one.started for one in timed if one.started), default=None)
    rows: list[dict[str, Value]] = [
        {
            "case": record.case_id,
            "started_seconds": _since(first, record),
            "peak_memory_bytes": record.peak_memory_bytes,
            "spilled_bytes": record.spilled_bytes,
            "worker": record.worker,
            **{f"{part}_seconds": record.seconds.get(part) for part in parts},
        }
        for record in sorted(timed, key=lambda record: -record.seconds.get("fit", 0.0))
    ]
    if not rows:
        return []
    return [make_table("cases", "Every case, longest fit first", known(columns, rows), rows)]


def _since(first: datetime | None, record: Record) -> float | None:
    return (record.started - first).total_seconds() if first and record.started else None


def _part_column(part: str) -> Column:
    key = f"{part}_seconds"
    if key in TERMS:
        return column(key, bar=part == "fit")
    return Column(key=key, title=part.capitalize(), kind="seconds", unit="s")


def _worker_tables(run: Run) -> list[Table]:
    named = [record for record in run.records if record.worker]
    workers = sorted({record.worker for record in named if record.worker})
    columns = [
        Column(key="worker", title="Worker"),
        Column(key="cases", title="Cases", kind="count"),
        Column(key="busy", title="Busy", kind="seconds", unit="s", bar=True),
    ]
    rows = [
        {
            "worker": worker,
            "cases": sum(record.worker == worker for record in named),
            "busy": sum(
                seconds
                for record in named
                if record.worker == worker
                for part, seconds in record.seconds.items()
                if part != "queue"
            ),
        }
        for worker in workers
    ]
    return [make_table("workers", "Every worker", columns, rows)] if rows else []
