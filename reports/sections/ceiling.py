"""The best that any classifier can reach, each model's share of it, and more features' worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reports.ceiling_curves import curve_plots, curve_table, curve_words, curves_of
from reports.headline import find_ceiling
from reports.history import Report
from reports.limits import accuracy, find_limit, most_accurate
from reports.page import Fragment, empty, tables_fragment
from reports.ranking import Ranking, rank
from reports.run import Run
from reports.summary import Ceiling
from reports.tables import Column, Table, Tone, Value, known, make_table
from reports.terms import TERMS, column

EXACT: Final = (
    Column(key="where", title="Task · split"),
    Column(key="k", title="Features", kind="count"),
    column("ceiling"),
    column("leave_one_out"),
    Column(key="best", title="Best accuracy", kind="score"),
    Column(
        key="share", title="Share of the ceiling", kind="percent", unit="%", term="share_of_ceiling"
    ),
    column("distinct_test_rows"),
    Column(key="grain", title="Grain", term="grain"),
    Column(key="limit", title="What limits the score"),
    Column(key="why", title="Why", is_shown=False),
)


def ceiling(report: Report) -> Fragment:
    """The ceiling of every task and split, the models' shares, and the curves."""
    if not report.run.summary.ceiling:
        return empty("The run recorded no ceiling.")
    curves = curves_of(report.run.summary.ceiling)
    tables = [
        _exact_table(report.run),
        *_share_tables(report.run),
        *(curve_table(place, points) for place, points in curves.items()),
    ]
    said = [TERMS["ceiling"].meaning, _first_limit(report.run), curve_words(curves)]
    return tables_fragment(" ".join(filter(None, said)), tables, plots=curve_plots(curves))


def _first_limit(run: Run) -> str:
    """What limits the score on the first task and split, of those in the table."""
    for ranking in rank(run):
        ceiling = find_ceiling(run, ranking)
        limit = find_limit(ranking, ceiling) if ceiling else None
        if limit:
            return f"On {ranking.title} {limit.sentence}"
    return ""


def _exact_table(run: Run) -> Table:
    rankings = {(ranking.task, ranking.split): ranking for ranking in rank(run)}
    exact = [one for one in run.summary.ceiling if not one.is_of_curve]
    rows = [_exact_row(run, one, rankings.get((one.task, one.split))) for one in exact]
    caption = "Ceiling on the selected features and the best model's share of it"
    return make_table("ceiling", caption, known(EXACT, rows), rows)


def _exact_row(run: Run, ceiling: Ceiling, ranking: Ranking | None) -> dict[str, Value]:
    is_used = ranking is not None and find_ceiling(run, ranking) == ceiling
    best = most_accurate(ranking) if ranking and is_used else None
    limit = find_limit(ranking, ceiling) if ranking and is_used else None
    value = best[1] if best else None
    return {
        "where": f"{ceiling.task} · {ceiling.split}",
        "k": ceiling.k,
        "ceiling": ceiling.value,
        "leave_one_out": ceiling.leave_one_out,
        "best": value,
        "share": value / ceiling.value if value is not None and ceiling.value else None,
        "distinct_test_rows": ceiling.distinct_rows,
        "grain": _grain(run, ceiling),
        "limit": limit.word if limit else None,
        "why": limit.sentence if limit else None,
    }


def _grain(run: Run, ceiling: Ceiling) -> str | None:
    """How finely the flows were told apart: a ceiling on bins is none for finer values."""
    found = (one.grain for one in run.summary.grain
             if (one.task, one.split) == (ceiling.task, ceiling.split))  # fmt: skip
    return next(found, None)


def _share_tables(run: Run) -> list[Table]:
    """For every task, what share of the ceiling each model reaches on each split."""
    rankings = [ranking for ranking in rank(run) if find_ceiling(run, ranking)]
    tasks = dict.fromkeys(ranking.task for ranking in rankings)
    return [_share_table(run, [one for one in rankings if one.task == task]) for task in tasks]


def _share_table(run: Run, rankings: Sequence[Ranking]) -> Table:
    task = rankings[0].task
    names = dict.fromkeys(entry.name for ranking in rankings for entry in ranking.all)
    shares = {ranking.split: _shares(run, ranking) for ranking in rankings}
    columns = [
        Column(key="model", title="Model"),
        *(Column(key=split, title=split, kind="percent", unit="%", better="higher",
                 term="share_of_ceiling")
          for split in shares),
    ]  # fmt: skip
    rows: list[dict[str, Value]] = [
        {"model": name, **{split: of.get(name) for split, of in shares.items()}} for name in names
    ]
    controls = {entry.name for ranking in rankings for entry in ranking.controls}
    tones: list[Tone] = ["control" if name in controls else "" for name in names]
    caption = f"Share of the ceiling on {task} that each model reaches"
    return make_table(f"ceiling-share-{task}", caption, columns, rows, tones=tones)


def _shares(run: Run, ranking: Ranking) -> dict[str, Value]:
    ceiling = find_ceiling(run, ranking)
    top = ceiling.value if ceiling else 0.0
    found = {entry.name: accuracy(entry) for entry in ranking.all}
    return {name: value / top for name, value in found.items() if value is not None and top}
