from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reports.example import write_example
from reports.example_cases import Shape
from reports.index import write_index
from reports.report import write_report
from reports.store import RunFolder, open_run, write_text

SMALL = Shape(models=("tree", "knn"), splits=("random",))
STARTED = datetime(2026, 1, 2, tzinfo=UTC)


def test_all_runs_are_listed_latest_first_with_their_headline_and_link(tmp_path: Path) -> None:
    folders = [
        write_example(tmp_path, started=STARTED + timedelta(days=day), shape=SMALL)
        for day in range(3)
    ]
    write_text(folders[0] / "report.html", "")
    html = write_index(tmp_path).read_text(encoding="utf-8")
    assert re.findall(r'<p class="name">(?:<a href="[^"]*">)?(example-\w+)', html) == [
        folder.name for folder in folders[::-1]
    ]
    assert re.findall(r'href="(example[^"]*)"', html) == [f"{folders[0].name}/report.html"]
    assert html.count("stack: accuracy 0.") == 3
    assert html.count("<polyline") == 1


def test_a_trend_joins_only_runs_that_compare(tmp_path: Path) -> None:
    before, *_ = [
        write_example(tmp_path, started=STARTED + timedelta(days=day), shape=SMALL)
        for day in range(3)
    ]
    said = (before / "run.json").read_text().replace("5c9f6c1e0d7a4b3f", "other_flows_00")
    (before / "run.json").write_text(said)
    html = write_index(tmp_path).read_text(encoding="utf-8")
    assert "The best score of 2 runs" in html
    assert html.count('<p class="name">') == 3


def test_runs_of_several_suites_stand_apart(tmp_path: Path) -> None:
    write_example(tmp_path, started=STARTED, shape=SMALL)
    other = open_run(tmp_path, suite="nightly", started=STARTED)
    other.write_summary({"suite": "<script>alert(1)</script>"})
    html = write_index(tmp_path).read_text(encoding="utf-8")
    assert html.count("<section") == 2
    assert "<script>alert" not in html


def test_a_folder_without_runs_says_so(tmp_path: Path) -> None:
    (tmp_path / "demo-20260101T000000Z").mkdir()
    assert "There is no run" in write_index(tmp_path).read_text(encoding="utf-8")


def test_a_run_without_scores_is_listed(tmp_path: Path) -> None:
    RunFolder(path=open_run(tmp_path, suite="demo", started=STARTED).path).write_suite("")
    assert "No model has a score." in write_index(tmp_path).read_text(encoding="utf-8")


def test_the_list_says_of_a_run_what_its_report_says(tmp_path: Path) -> None:
    days = [STARTED + timedelta(days=day) for day in range(2)]
    _, later = [write_example(tmp_path, started=day, shape=SMALL) for day in days]
    assert "</span> Same · done" in write_index(tmp_path).read_text(encoding="utf-8")
    records = (later / "cases.jsonl").read_text().replace('"done"', '"failed"')
    (later / "cases.jsonl").write_text(records)
    assert "Changed, not confirmed" in write_index(tmp_path).read_text(encoding="utf-8")
    write_report(later)
    (later / "cases.jsonl").write_text(records.replace('"failed"', '"done"'))
    assert "Changed, not confirmed" in write_index(tmp_path).read_text(encoding="utf-8")
