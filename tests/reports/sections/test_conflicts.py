from __future__ import annotations

from dataclasses import replace

import pytest

from reports.example import write_example
from reports.history import Report
from reports.page import Fragment
from reports.run import Run, read_run
from reports.sections.conflicts import conflicts


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return read_run(write_example(tmp_path_factory.mktemp("runs")))


def shown(run: Run, **changes: object) -> Fragment:
    found = tuple(one.model_copy(update=changes) for one in run.summary.conflicts)
    summary = run.summary.model_copy(update={"conflicts": found})
    return conflicts(Report(run=replace(run, summary=summary)))


def test_every_task_and_split_stands_in_the_overview(run: Run) -> None:
    overview = shown(run).tables[0]
    where = [row.cells[0].text for row in overview.rows]
    assert where == ["attack · random", "attack · distinct", "attack · by_file"]


def test_pairs_that_splits_share_stand_once(run: Run) -> None:
    (_, pairs) = shown(run).tables
    assert "attack · random, distinct, by_file" in pairs.caption
    assert len(pairs.rows) == 4
    assert pairs.rows[0].cells[0].text == "DDoS-ICMP_Flood"


def test_without_conflicts_it_says_that_the_features_tell_all_apart(run: Run) -> None:
    fragment = shown(run, conflicting_vectors=0, conflicting_rows=0, pairs=(), pairs_found=0)
    assert fragment.is_empty
    assert "No feature vector occurs under two labels" in fragment.html


def test_more_pairs_than_are_listed_are_counted(run: Run) -> None:
    assert "(the 4 of 45 with the most flows)" in shown(run, pairs_found=45).tables[1].caption
    assert "with the most flows" not in shown(run, pairs_found=4).tables[1].caption
