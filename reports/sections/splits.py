"""Every model's score on every split, what each split holds out, and the gap that random hides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reports.headline import metric_title
from reports.history import Report
from reports.numbers import percent_text
from reports.page import Fragment, empty, tables_fragment
from reports.ranking import Ranking, rank
from reports.summary import HeldOut
from reports.tables import Column, Table, Tone, Value, make_table
from reports.terms import TERMS, column

NEAR: Final = 0.01
"""A share of test flows so near to the one that was asked for needs no remark."""

HELD_OUT: Final = (
    Column(key="where", title="Task · split"),
    Column(key="test_rows", title="Held out", kind="count", unit="flows"),
    Column(key="share", title="Share", kind="percent", unit="%", term="share_held_out"),
    column("known_test_rows"),
    Column(key="files", title="Whole files"),
    Column(key="explanation", title="What it tells"),
)


def splits(report: Report) -> Fragment:
    """One table for every task: models down, splits across, then the honest gaps."""
    rankings = rank(report.run)
    held_out = report.run.summary.splits
    if len(rankings) < 2 and not held_out:
        return empty("This run has one task and one split: there is nothing to set against it.")
    tasks = dict.fromkeys(ranking.task for ranking in rankings if len(rankings) > 1)
    tables = [
        _table(task, [ranking for ranking in rankings if ranking.task == task]) for task in tasks
    ]
    titles = list(tasks)
    if held_out:
        tables.append(_held_out_table(held_out))
        titles.append("What each split holds out")
    said = [*_gap_words(rankings), *filter(None, map(_share_words, held_out))]
    return tables_fragment(" ".join(said), tables, titles=titles)


def _gap_words(rankings: Sequence[Ranking]) -> list[str]:
    if len(rankings) < 2:
        return []
    title = metric_title(rankings[0].metric)
    meaning = TERMS["honest_gap"].meaning
    said = f"{title[:1].upper()}{title[1:]} by split. The honest gap: {meaning[:1].lower()}"
    return [f"{said}{meaning[1:]}"]


def _share_words(held_out: HeldOut) -> str:
    """That a split holds out more or less than was asked for; empty where it does not."""
    asked = held_out.test_size
    if asked is None or abs(held_out.share - asked) <= NEAR:
        return ""
    return (
        f"{held_out.task} · {held_out.split} holds out {percent_text(held_out.share)} % of the "
        f"flows ({_files(held_out) or 'as near as could be'}), where {percent_text(asked)} % "
        "were asked for."
    )


def _files(held_out: HeldOut) -> str:
    return f"{held_out.test_files} of {held_out.files} files" if held_out.test_files else ""


def _table(task: str, rankings: Sequence[Ranking]) -> Table:
    names = [ranking.split for ranking in rankings]
    others = [name for name in names if name != "random"] if "random" in names else []
    columns = [
        Column(key="model", title="Model"),
        *(
            Column(key=name, title=name, kind="score", better="higher", term=rankings[0].metric)
            for name in names
        ),
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


def _held_out_table(held_out: Sequence[HeldOut]) -> Table:
    rows = [_held_out_row(one) for one in held_out]
    return make_table("held-out", "What each split holds out", HELD_OUT, rows)


def _held_out_row(one: HeldOut) -> dict[str, Value]:
    known = one.known_test_rows
    return {
        "where": f"{one.task} · {one.split}",
        "test_rows": one.test_rows,
        "share": one.share,
        "known_test_rows": known / one.test_rows if known is not None and one.test_rows else None,
        "files": _files(one),
        "explanation": one.explanation,
    }
