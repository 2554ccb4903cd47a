from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from reports.example import write_example
from reports.example_cases import Shape
from reports.history import read_report
from reports.store import RunFolder

SMALL = Shape(models=("tree", "forest", "knn"), splits=("random",), failures=1)
STARTED = datetime(2026, 1, 2, tzinfo=UTC)


def write_days(runs: Path, *, days: int) -> list[Path]:
    return [
        write_example(runs, started=STARTED + timedelta(days=day), shape=SMALL)
        for day in range(days)
    ]


def test_a_run_is_judged_by_the_earlier_ones_that_are_like_it(tmp_path: Path) -> None:
    first, second, third = write_days(tmp_path, days=3)
    RunFolder(path=second).write_suite("k = 99\n")
    judgement = read_report(third).judgement
    assert judgement.word == "same"
    assert [night.name for night in judgement.nights] == [first.name]


def test_where_no_earlier_run_is_like_it_the_last_one_s_differences_are_said(
    tmp_path: Path,
) -> None:
    first, later = write_days(tmp_path, days=2)
    RunFolder(path=later).write_suite("k = 99\n")
    judgement = read_report(later).judgement
    assert (judgement.word, judgement.baseline and judgement.baseline.name) == (
        "incomparable",
        first.name,
    )
    assert "setting k: 10 before, 99 now" in judgement.differences


def test_a_last_run_that_was_broken_off_is_named_as_such(tmp_path: Path) -> None:
    first, later = write_days(tmp_path, days=2)
    text = (first / "run.json").read_text().replace('"done"', '"interrupted"')
    (first / "run.json").write_text(text)
    assert read_report(later).judgement.differences == ("how it ended: interrupted before",)


def test_earlier_runs_are_read_without_their_matrices(tmp_path: Path) -> None:
    _, later = write_days(tmp_path, days=2)
    (earlier,) = read_report(later).earlier
    assert {record.confusion for record in earlier.records} == {()}
    assert any(record.scores for record in earlier.records)
