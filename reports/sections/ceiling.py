"""The best that any classifier can reach, by the number of features."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from reports.headline import find_ceiling
from reports.history import Report
from reports.page import Fragment, empty, tables_fragment
from reports.plots import Axis, figure, line_plot
from reports.ranking import Ranking, rank
from reports.run import Run
from reports.summary import Ceiling
from reports.tables import Column, Table, Value, make_table
from reports.terms import TERMS, column


def ceiling(report: Report) -> Fragment:
    """A curve for every task where several numbers of features were tried, and the table."""
    known = report.run.summary.ceiling
    if not known:
        return empty("The run recorded no ceiling.")
    table = _table(report.run)
    return tables_fragment(TERMS["ceiling"].meaning, [table], plots=_plots(known))


def _plots(known: Sequence[Ceiling]) -> list[Markup]:
    tasks = dict.fromkeys(ceiling.task for ceiling in known)
    by_task = {task: [ceiling for ceiling in known if ceiling.task == task] for task in tasks}
    return [
        _plot(task, ceilings)
        for task, ceilings in by_task.items()
        if len({ceiling.k for ceiling in ceilings}) > 1
    ]


def _plot(task: str, ceilings: Sequence[Ceiling]) -> Markup:
    rows = [
        {
            "k": ceiling.k,
            "value": ceiling.value,
            "split": ceiling.split,
            "said": f"{ceiling.split}: ceiling {ceiling.value:.4f} on {ceiling.k} features",
        }
        for ceiling in ceilings
    ]
    chart = line_plot(
        rows,
        x=Axis(key="k", title="Number of features"),
        y=Axis(key="value", title="Ceiling of accuracy"),
        series="split",
    )
    return figure(chart, caption=f"Ceiling on {task} by the number of features")


def _table(run: Run) -> Table:
    rankings = {(ranking.task, ranking.split): ranking for ranking in rank(run)}
    columns = [
        Column(key="where", title="Task · split"),
        Column(key="k", title="Features", kind="count"),
        column("ceiling"),
        Column(key="best", title="Best accuracy", kind="score"),
        Column(key="share", title="Share of the ceiling", kind="percent", unit="%"),
        column("distinct_rows"),
    ]
    rows = [_row(run, ceiling, rankings.get((ceiling.task, ceiling.split)))
            for ceiling in run.summary.ceiling]  # fmt: skip
    return make_table("ceiling", "Ceiling and the best model's share of it", columns, rows)


def _row(run: Run, ceiling: Ceiling, ranking: Ranking | None) -> dict[str, Value]:
    is_used = ranking is not None and find_ceiling(run, ranking) == ceiling
    best = ranking.entries[0] if ranking and ranking.entries and is_used else None
    score = best.record.scores.get("accuracy") if best else None
    value = score.value if score else None
    return {
        "where": f"{ceiling.task} · {ceiling.split}",
        "k": ceiling.k,
        "ceiling": ceiling.value,
        "best": value,
        "share": value / ceiling.value if value is not None and ceiling.value else None,
        "distinct_rows": ceiling.distinct_rows,
    }
