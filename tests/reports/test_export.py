from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from reports.example import write_example
from reports.example_cases import Shape
from reports.export import table_csv, table_markdown, tables_json, write_tables
from reports.report import report_markdown, write_report
from reports.tables import Column, make_table

NASTY = '=1+1,"<script>alert(1)</script>"|`x`\n*b*'
COLUMNS = [
    Column(key="name", title="Name"),
    Column(key="seconds", title="Fit", kind="seconds", unit="s"),
    Column(key="low", title="Low", kind="score", is_shown=False),
]
TABLE = make_table(
    "t", "Caption", COLUMNS, [{"name": NASTY, "seconds": 0.1 + 0.2, "low": 0.5}, {"name": "b"}]
)


def test_csv_has_every_column_and_full_precision() -> None:
    rows = list(csv.DictReader(io.StringIO(table_csv(TABLE))))
    assert rows[0] == {"name": NASTY, "seconds": "0.30000000000000004", "low": "0.5"}
    assert rows[1] == {"name": "b", "seconds": "", "low": ""}


def test_json_has_rows_by_key_and_the_units() -> None:
    (table,) = json.loads(tables_json([TABLE]))
    assert table["rows"][0] == {"name": NASTY, "seconds": 0.1 + 0.2, "low": 0.5}
    assert table["columns"][1] == {"key": "seconds", "title": "Fit", "unit": "s"}


def test_markdown_has_what_a_page_shows_and_nothing_of_its_own_in_the_cells() -> None:
    lines = table_markdown(TABLE).splitlines()
    assert lines[2:4] == ["| Name | Fit (s) |", "| :-- | --: |"]
    assert len(lines) == 6
    assert "<" not in lines[4]
    assert lines[4].replace("\\|", "").count("|") == 3


def test_a_report_leaves_its_tables_as_files(tmp_path: Path) -> None:
    folder = write_example(tmp_path, shape=Shape(models=("../../tree", "knn"), splits=("random",)))
    write_report(folder)
    tables = json.loads((folder / "tables" / "tables.json").read_text(encoding="utf-8"))
    names = {path.name for path in (folder / "tables").iterdir()}
    assert names == {f"{table['key']}.csv" for table in tables} | {"tables.json"}
    with (folder / "tables" / "leaderboard-attack-random.csv").open(encoding="utf-8") as stream:
        assert [row["model"] for row in csv.DictReader(stream)][-2:] == ["one_rule", "dummy"]


def test_the_keys_of_tables_cannot_leave_their_folder(tmp_path: Path) -> None:
    table = make_table("../../evil/\x00", "Caption", COLUMNS, [])
    write_tables(tmp_path / "tables", [table])
    assert sorted(path.name for path in tmp_path.rglob("*")) == [
        "_evil_.csv", "tables", "tables.json",
    ]  # fmt: skip


@pytest.mark.parametrize("models", [("knn", "tree"), ()])
def test_the_markdown_of_a_run_says_winner_and_failures(
    tmp_path: Path, models: tuple[str, ...]
) -> None:
    folder = write_example(tmp_path, shape=Shape(models=models, splits=("random",)))
    text = report_markdown(folder)
    assert text.startswith("Synthetic data.\n\n`attack · random`: stack: accuracy 0.")
    assert f"1 of {len(models) + 4} cases did not end well." in text
    assert "| Model | Group | Accuracy |" in text
