from __future__ import annotations

from dataclasses import replace

import pytest

from reports.example import write_example
from reports.history import Report
from reports.run import Run, read_run
from reports.sections.splits import splits


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return read_run(write_example(tmp_path_factory.mktemp("runs")))


def held_out_rows(run: Run) -> dict[str, dict[str, str]]:
    (table,) = [table for table in splits(Report(run=run)).tables if table.key == "held-out"]
    keys = [column.key for column in table.columns]
    rows = [dict(zip(keys, (cell.text for cell in row.cells), strict=True)) for row in table.rows]
    return {row["where"]: row for row in rows}


def test_every_split_but_random_has_an_honest_gap(run: Run) -> None:
    (table, _) = splits(Report(run=run)).tables
    keys = {column.key for column in table.columns}
    assert keys == {"model", "random", "distinct", "by_file", "gap_distinct", "gap_by_file"}


def test_what_each_split_holds_out_is_said_beside_the_scores(run: Run) -> None:
    rows = held_out_rows(run)
    assert rows["attack · distinct"]["known_test_rows"] == "0"
    assert rows["attack · distinct"]["explanation"] == "what distinct tells"
    assert rows["attack · by_file"]["files"] == "2 of 8 files"
    assert rows["attack · random"]["files"] == ""


def test_a_split_that_holds_out_another_share_than_asked_for_says_so(run: Run) -> None:
    html = splits(Report(run=run)).html
    said = "attack · by_file holds out 25.0 % of the flows (2 of 8 files), where 20.0 % were asked"
    assert said in html
    assert "attack · random holds out" not in html


def test_one_split_alone_also_says_what_it_holds_out(run: Run) -> None:
    records = tuple(record for record in run.records if record.split == "by_file")
    summary = run.summary
    summary = summary.model_copy(update={"splits": summary.splits[-1:]})
    alone = replace(run, records=records, summary=summary)
    assert [table.key for table in splits(Report(run=alone)).tables] == ["held-out"]
    assert list(held_out_rows(alone)) == ["attack · by_file"]
