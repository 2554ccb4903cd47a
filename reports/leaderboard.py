"""The leaderboard for a terminal."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from reports.apart import groups
from reports.headline import headlines
from reports.likeness import likeness_sentence
from reports.ranking import Ranking, rank
from reports.run import Run
from reports.sections.leaderboard import leaderboard_table
from reports.tables import Column, Row, Table

SHOWN: Final = (
    "model", "group", "accuracy", "precision_weighted", "f1_macro", "fit_seconds",
    "predict_rows_per_second", "peak_memory_bytes", "grain",
)  # fmt: skip
STYLES: Final = {"control": "dim italic", "best": "bold"}


def leaderboard(run: Run) -> RenderableType:
    """What to print on a terminal: one table for every task and split, and the outcome in words."""
    return Group(*_blocks(run))


def leaderboard_text(run: Run, *, width: int = 100) -> str:
    """The same as plain text, without colours."""
    stream = io.StringIO()
    console = Console(file=stream, width=width, color_system=None, force_terminal=False)
    console.print(leaderboard(run))
    return stream.getvalue()


def _blocks(run: Run) -> Iterator[RenderableType]:
    if run.summary.synthetic:
        yield Text("Synthetic data: these numbers say nothing of real traffic.", style="italic")
    sentences = {headline.ranking.title: headline.sentence for headline in headlines(run)}
    for ranking in rank(run):
        yield _table(ranking)
        yield Text(sentences.get(ranking.title, "Only controls have a score."), style="bold")
        if sentence := likeness_sentence(ranking):
            yield Text(sentence)
        yield from _groups_explained(ranking)
    yield from _failures(run)


def _groups_explained(ranking: Ranking) -> Iterator[RenderableType]:
    """What the letters say, where they are not all different."""
    letters = list(groups(ranking).values())
    if len(set("".join(letters))) < len(letters):
        yield Text("Models that share a letter of their group cannot be told apart.", style="dim")


def _table(ranking: Ranking) -> RichTable:
    table = leaderboard_table(ranking)
    places = [
        place
        for place, column in enumerate(table.columns)
        if column.key in (*SHOWN, ranking.metric)
    ]
    shown = RichTable(title=Text(table.caption), title_justify="left", box=None, pad_edge=False)
    for place in places:
        shown.add_column(
            _heading(table.columns[place]),
            justify="right" if table.columns[place].is_number else "left",
            no_wrap=True,
        )
    for row in table.rows:
        shown.add_row(*(_cell(table, row, place) for place in places))
    return shown


def _heading(column: Column) -> Text:
    return Text(f"{column.title}\n{column.unit}" if column.unit else f"{column.title}\n")


def _cell(table: Table, row: Row, place: int) -> Text:
    cell = row.cells[place]
    style = STYLES.get(row.tone, STYLES["best"] if cell.is_best else "")
    return Text(cell.text, style=style)


def _failures(run: Run) -> Iterator[RenderableType]:
    failed = [record for record in run.records if record.status != "done"]
    if failed:
        yield Text(f"{len(failed)} of {len(run.records)} cases did not end well:", style="bold")
    for record in failed:
        why = record.reason.message if record.reason else "no reason recorded"
        yield Text(f"  {record.case_id}: {record.status.replace('_', ' ')}, {why}")
