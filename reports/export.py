"""Tables as files for other programs: CSV, JSON, Markdown."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

from reports.store import write_text
from reports.tables import Table


def write_tables(folder: Path, tables: Sequence[Table]) -> Path:
    """Every table as ``KEY.csv``, and all of them as ``tables.json``, in this folder."""
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    for table in tables:
        write_text(folder / f"{table.key}.csv", table_csv(table), is_durable=False)
    return write_text(folder / "tables.json", tables_json(tables), is_durable=False)


def table_csv(table: Table) -> str:
    """The table as CSV: keys for headings, every column, numbers in full."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([column.key for column in table.columns])
    writer.writerows([cell.value for cell in row.cells] for row in table.rows)
    return stream.getvalue()


def tables_json(tables: Sequence[Table]) -> str:
    """The tables as JSON: captions, columns with their units, rows by key."""
    content = [
        {
            "key": table.key,
            "caption": table.caption,
            "columns": [
                {"key": column.key, "title": column.title, "unit": column.unit}
                for column in table.columns
            ],
            "rows": [
                {
                    column.key: cell.value
                    for column, cell in zip(table.columns, row.cells, strict=True)
                }
                for row in table.rows
            ],
        }
        for table in tables
    ]
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def table_markdown(table: Table, *, keys: Sequence[str] = ()) -> str:
    r"""The table (or only these columns of it) as Markdown, its caption above.

    >>> from reports.tables import Column, make_table
    >>> columns = [Column(key="a", title="A"), Column(key="b", title="B", kind="score")]
    >>> print(table_markdown(make_table("t", "Both", columns, [{"a": "x|y", "b": 0.5}])))
    **Both**
    <BLANKLINE>
    | A | B |
    | :-- | --: |
    | x\|y | 0.5000 |
    <BLANKLINE>
    """
    places = [place for place in table.shown if not keys or table.columns[place].key in keys]
    columns = [table.columns[place] for place in places]
    lines = [
        _line([column.full_title for column in columns]),
        _line(["--:" if column.is_number else ":--" for column in columns], is_rule=True),
        *(_line([row.cells[place].text for place in places]) for row in table.rows),
    ]
    return f"**{_inert(table.caption)}**\n\n" + "\n".join(lines) + "\n"


def _line(cells: Sequence[str], *, is_rule: bool = False) -> str:
    texts = cells if is_rule else [_inert(cell) for cell in cells]
    return f"| {' | '.join(texts)} |"


def _inert(text: str) -> str:
    """The text without what Markdown would read as its own."""
    plain = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;")
    for sign in "\\|`*_[]":
        plain = plain.replace(sign, f"\\{sign}")
    return plain
