from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reports.compare import comparison_markdown, write_comparison
from reports.errors import ComparisonError, RunFolderError
from reports.example import write_example
from reports.example_cases import Shape
from reports.store import RunFolder

SMALL = Shape(models=("tree", "knn", "mlp"), splits=("random",))
STARTED = datetime(2026, 1, 2, tzinfo=UTC)


def write_runs(runs: Path, *, seeds: tuple[int, ...]) -> list[Path]:
    return [
        write_example(runs, started=STARTED + timedelta(days=day), seed=seed, shape=SMALL)
        for day, seed in enumerate(seeds)
    ]


def test_runs_stand_side_by_side_in_one_page(tmp_path: Path) -> None:
    folders = write_runs(tmp_path, seeds=(0, 1, 2))
    html = write_comparison(folders, tmp_path / "compare.html").read_text(encoding="utf-8")
    assert all(f"<span>{folder.name}" in html for folder in folders)
    assert "attack/random/tree/0" in html


def test_equal_runs_are_the_same_in_markdown(tmp_path: Path) -> None:
    text = comparison_markdown(write_runs(tmp_path, seeds=(0, 0)))
    assert "| = same |" in text
    assert "measures of all cases are the same" in text
    assert "| attack/random/tree/0 | 0.8" in text


def test_unlike_runs_say_why(tmp_path: Path) -> None:
    base, new = write_runs(tmp_path, seeds=(0, 0))
    RunFolder(path=new).write_suite("k = 12\n")
    assert "setting k: 10 before, 12 now" in comparison_markdown([base, new])


def test_features_that_not_all_runs_selected_are_shown(tmp_path: Path) -> None:
    base, new = write_runs(tmp_path, seeds=(0, 0))
    text = (new / "selection.json").read_text().replace('"TCP"', '"Rate_of_TCP"')
    (new / "selection.json").write_text(text)
    text = comparison_markdown([base, new])
    assert "| attack · random: TCP | ✓ |  |" in text
    assert "| attack · random: Rate\\_of\\_TCP |  | ✓ |" in text


def test_one_run_is_not_a_comparison(tmp_path: Path) -> None:
    with pytest.raises(ComparisonError, match="at least two"):
        comparison_markdown(write_runs(tmp_path, seeds=(0,)))


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError):
        comparison_markdown([*write_runs(tmp_path, seeds=(0,)), tmp_path / "missing"])
