"""Tables as values: what a page shows, and a file exports, of one set of rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from reports.numbers import FORMATS, number_text

Value = str | int | float | bool | None
Tone = Literal["", "best", "control", "stack", "bad", "selected"]

BEST: Final[Mapping[str, Callable[[Iterable[float]], float]]] = {"higher": max, "lower": min}


BEST_AT_MOST: Final = 3
"""So many may share the best value; of more, none stands out."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: what it says, in which unit, and how it is written.

    Attributes
    ----------
    kind
        ``text``, or how its numbers are written (a key of `numbers.FORMATS`).
    better
        Which end of the numbers is the good one; empty where neither is.
    term
        The glossary's word for it, where that is not its key.
    bar
        Whether a cell shows its share of the largest value as a bar.
    is_shown
        A column that is not shown stands only in the exported files.
    """

    key: str
    title: str
    kind: str = "text"
    unit: str = ""
    better: Literal["", "higher", "lower"] = ""
    term: str = ""
    bar: bool = False
    is_shown: bool = True

    @property
    def full_title(self) -> str:
        """The title and the unit, in one line."""
        return f"{self.title} ({self.unit})" if self.unit else self.title

    @property
    def is_number(self) -> bool:
        """Whether its cells are numbers, and so stand to the right."""
        return self.kind in FORMATS


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One value and how it looks: its text, a small note, a bar from 0 to 1, an interval."""

    value: Value
    text: str
    note: str = ""
    bar: float | None = None
    span: tuple[float, float, float] | None = None
    is_best: bool = False


@dataclass(frozen=True, kw_only=True)
class Row:
    """The cells of one row in the order of the columns; the first names the row."""

    cells: tuple[Cell, ...]
    tone: Tone = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows under columns, with a caption that says what they are."""

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""

    @property
    def shown(self) -> tuple[int, ...]:
        """Positions of the columns that a page shows."""
        return tuple(place for place, column in enumerate(self.columns) if column.is_shown)


def make_table(
    key: str,
    caption: str,
    columns: Sequence[Column],
    rows: Iterable[Mapping[str, Value]],
    *,
    tones: Sequence[Tone] = (),
    note: str = "",
) -> Table:
    """A table of plain values: each written as its column says, bars and best values found.

    >>> columns = [Column(key="model", title="Model"), Column(key="f", title="F", kind="score")]
    >>> table = make_table("t", "Models", columns, [{"model": "tree", "f": 0.5}])
    >>> [cell.text for cell in table.rows[0].cells]
    ['tree', '0.5000']
    """
    values = list(rows)
    by_column = [
        _column_cells(column, [row.get(column.key) for row in values], tones) for column in columns
    ]
    cells = zip(*by_column, strict=True)
    padded = [*tones, *[""] * (len(values) - len(tones))]
    return Table(
        key=slug(key),
        caption=caption,
        columns=tuple(columns),
        rows=tuple(
            Row(cells=row, tone=tone)  # type: ignore[arg-type]
            for row, tone in zip(cells, padded, strict=True)
        ),
        note=note,
    )


def known(columns: Sequence[Column], rows: Sequence[Mapping[str, Value]]) -> list[Column]:
    """The columns that at least one row has a value for."""
    return [column for column in columns if any(row.get(column.key) is not None for row in rows)]


def slug(text: str) -> str:
    """The text as part of a file's name or an anchor: no blank, slash or quote.

    >>> slug("recall-attack-../by file")
    'recall-attack-_by_file'
    """
    return re.sub(r"[^\w-]+", "_", text)


def with_notes(table: Table, key: str, notes: Sequence[str]) -> Table:
    """The table with a small note behind each value of one column."""
    return _change_column(table, key, [{"note": note} for note in notes])


def with_spans(table: Table, key: str, spans: Sequence[tuple[float, float, float] | None]) -> Table:
    """The table with an interval (low, value, high; each from 0 to 1) in one column's cells."""
    return _change_column(table, key, [{"span": span} for span in spans])


def _change_column(table: Table, key: str, changes: Sequence[Mapping[str, object]]) -> Table:
    place = [column.key for column in table.columns].index(key)
    rows = tuple(
        replace(
            row,
            cells=tuple(
                replace(cell, **change) if here == place else cell  # type: ignore[arg-type]
                for here, cell in enumerate(row.cells)
            ),
        )
        for row, change in zip(table.rows, changes, strict=True)
    )
    return replace(table, rows=rows)


def _column_cells(column: Column, values: Sequence[Value], tones: Sequence[Tone]) -> list[Cell]:
    numbers = [_number(value) for value in values]
    ranked = [
        number
        for number, tone in zip(numbers, [*tones, *[""] * len(values)], strict=False)
        if number is not None and tone != "control"
    ]
    best = BEST[column.better](ranked) if column.better and len(set(ranked)) > 1 else None
    widest = max((abs(number) for number in numbers if number is not None), default=0.0)
    top = 1.0 if column.kind == "percent" else widest
    return [
        Cell(
            value=value,
            text=number_text(value, column.kind),
            bar=abs(number) / top if column.bar and number and top else None,
            is_best=best is not None and number == best and ranked.count(best) <= BEST_AT_MOST,
        )
        for value, number in zip(values, numbers, strict=True)
    ]


def _number(value: Value) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and value is not None and value == value else None
