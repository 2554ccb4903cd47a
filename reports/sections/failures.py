"""The cases that did not end well, why, and the last lines of their logs."""

from __future__ import annotations

from reports.history import Report
from reports.page import Fragment, empty, render
from reports.tables import Column, Table, make_table


def failures(report: Report) -> Fragment:
    """Every such case, and what of the run folder could not be read."""
    run = report.run
    failed = [record for record in run.records if record.status != "done"]
    faults = (*run.faults, *run.summary.data.let_pass)
    if not failed and not faults:
        count = len(run.records)
        return empty(f"None: all {count} cases ended well." if count else "No case has run.")
    html = render("failures.html", {"failed": failed, "faults": faults})
    return Fragment(html=html, tables=(_table(report),) if failed else ())


def _table(report: Report) -> Table:
    columns = [
        Column(key=key, title=key.capitalize())
        for key in ("case", "status", "kind", "message", "worker")
    ]
    rows = [
        {
            "case": record.case_id,
            "status": record.status,
            "kind": record.reason.kind if record.reason else None,
            "message": record.reason.message if record.reason else None,
            "worker": record.worker,
        }
        for record in report.run.records
        if record.status != "done"
    ]
    return make_table("failures", "Cases that did not end well", columns, rows)
