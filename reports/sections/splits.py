"""Every model's score on every split, and the gap that the random split hides."""

from __future__ import annotations

from collections.abc import Sequence

from reports.headline import metric_title
from reports.history import Report
from reports.page import Fragment, empty, tables_fragment
from reports.ranking import Ranking, rank
from reports.tables import Column, Table, Tone, Value, make_table
from reports.terms import TERMS


def splits(report: Report) -> Fragment:
    """One table for every task: models down, splits across, then the honest gaps."""
    rankings = rank(report.run)
    if len(rankings) < 2:
        return empty("This run has one task and one split: there is nothing to set against it.")
    tasks = list(dict.fromkeys(ranking.task for ranking in rankings))
    tables = [
        _table(task, [ranking for ranking in rankings if ranking.task == task]) for task in tasks
    ]
    title = metric_title(rankings[0].metric)
    intro = f"{title[:1].upper()}{title[1:]} by split. {TERMS['honest_gap'].meaning}"
    return tables_fragment(intro, tables, titles=tasks)


def _table(task: str, rankings: Sequence[Ranking]) -> Table:
    names = [ranking.split for ranking in rankings]
    others = [name for name in names if name != "random"] if "random" in names else []
    columns = [
        Column(key="model", title="Model"),
        *(Column(key=name, title=name, kind="score", better="higher") for name in names),
        *(_gap_column(name) for name in others),
    ]
    rows = _rows(rankings, others)
    controls = {entry.name for ranking in rankings for entry in ranking.controls}
    tones: list[Tone] = ["control" if row["model"] in controls else "" for row in rows]
    return make_table(f"splits-{task}", f"Scores on {task} by split", columns, rows, tones=tones)


def _gap_column(name: str) -> Column:
    return Column(
        key=f"gap_{name}", title=f"Gap on {name}", kind="points", unit="points", term="honest_gap",
        better="higher",
    )  # fmt: skip


def _rows(rankings: Sequence[Ranking], others: Sequence[str]) -> list[dict[str, Value]]:
    names = dict.fromkeys(entry.name for ranking in rankings for entry in ranking.entries)
    names |= dict.fromkeys(entry.name for ranking in rankings for entry in ranking.controls)
    rows: list[dict[str, Value]] = []
    for name in names:
        scores = {
            ranking.split: entry.estimate.value
            for ranking in rankings
            for entry in ranking.all
            if entry.name == name
        }
        gaps = {
            f"gap_{other}": scores[other] - scores["random"]
            for other in others
            if other in scores and "random" in scores
        }
        rows.append({"model": name, **scores, **gaps})
    return rows
