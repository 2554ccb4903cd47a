"""Which parameters were tried for which model, and what each scored on the folds."""

from __future__ import annotations

import json

from reports.history import Report
from reports.page import Fragment, empty, tables_fragment
from reports.records import Record
from reports.tables import Column, Table, make_table


def search(report: Report) -> Fragment:
    """One table for every model that was searched; the candidate in use carries a mark."""
    searched = [record for record in report.run.records if record.search]
    if not searched:
        return empty("No parameters were searched: each model has those of its suite or its own.")
    tables = [_table(record) for record in searched]
    intro = (
        "Each candidate was fitted without each fold of the training part and scored on that fold;"
        " no test flow was looked at. The scores of the winner on these folds are a little too"
        " good, as it was chosen by them; its score on the test part is not."
    )
    return tables_fragment(intro, tables, titles=[table.caption for table in tables])


def _table(record: Record) -> Table:
    columns = [
        Column(key="params", title="Parameters"),
        Column(key="cross_validation", title="Mean over folds", kind="score", better="higher"),
        Column(key="low", title="Worst fold", kind="score", term="worst_fold"),
        Column(key="used", title="Used"),
    ]
    used = next((n for n, one in enumerate(record.search) if one.params == record.params), None)
    rows = [
        {
            "params": json.dumps(one.params)[1:-1] or "as they are",
            "cross_validation": one.mean,
            "low": min(one.folds, default=None),
            "used": "✓" if number == used else "",
        }
        for number, one in enumerate(record.search)
    ]
    key = f"search-{record.task}-{record.split}-{record.model}-{record.seed}"
    caption = f"{record.model} on {record.task} · {record.split}: {len(rows)} candidates"
    return make_table(key, caption, columns, rows)
