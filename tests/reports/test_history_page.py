from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from reports.example import write_example
from reports.example_cases import Shape
from reports.history_page import write_history
from reports.run import read_run

SMALL = Shape(models=("tree", "knn"), splits=("random",))
STARTED = datetime(2026, 1, 2, tzinfo=UTC)


def page_of(tmp_path: Path, *, days: int, on_other_flows: int) -> tuple[list[str], str]:
    """The names of so many runs, the first of them on other flows, and the page of them all."""
    folders = [
        write_example(tmp_path, started=STARTED + timedelta(days=day), shape=SMALL)
        for day in range(days)
    ]
    for folder in folders[:on_other_flows]:
        said = (folder / "run.json").read_text().replace("5c9f6c1e0d7a4b3f", "4b3f5c9f6c1e0d7a")
        (folder / "run.json").write_text(said)
    runs = [read_run(folder) for folder in folders]
    page = write_history({"example": (runs, [])}, tmp_path / "h.html", commits=lambda *_: [])
    return [folder.name for folder in folders], page.read_text(encoding="utf-8")


def test_a_trend_joins_only_runs_that_compare_with_the_last(tmp_path: Path) -> None:
    names, html = page_of(tmp_path, days=3, on_other_flows=1)
    drawn = [f" in {name}" in html for name in names]
    assert drawn == [False, True, True]


def test_without_two_runs_that_compare_there_is_no_trend(tmp_path: Path) -> None:
    _, html = page_of(tmp_path, days=2, on_other_flows=1)
    assert "A trend needs two runs" in html
