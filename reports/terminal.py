"""Tables for a terminal."""

from __future__ import annotations

import io
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from reports.tables import Table


def table_text(table: Table, *, width: int, leave_out: Sequence[str] = ()) -> str:
    """The table as plain text, long cells in several lines.

    >>> from reports.tables import Column, make_table
    >>> columns = [Column(key="a", title="A"), Column(key="b", title="B", kind="score")]
    >>> print(table_text(make_table("t", "Both", columns, [{"a": "x", "b": 0.5}]), width=40))
    Both
    A       B
    x  0.5000
    """
    shown = RichTable(title=Text(table.caption), title_justify="left", box=None, pad_edge=False)
    places = [place for place in table.shown if table.columns[place].key not in leave_out]
    for place in places:
        column = table.columns[place]
        justify = "right" if column.is_number else "left"
        shown.add_column(Text(column.full_title), justify=justify, overflow="fold")  # type: ignore[arg-type]
    for row in table.rows:
        shown.add_row(*(Text(row.cells[place].text) for place in places))
    stream = io.StringIO()
    Console(file=stream, width=width, color_system=None, force_terminal=False).print(shown)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())
