from __future__ import annotations

from pathlib import Path

import pytest

from reports.example import write_example
from reports.example_cases import MODELS, Shape
from reports.leaderboard import leaderboard_text
from reports.run import read_run
from reports.store import RunFolder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_example(tmp_path_factory.mktemp("runs"), shape=Shape(splits=("random",)))


def test_a_terminal_sees_models_outcome_and_failures_in_plain_text(folder: Path) -> None:
    text = leaderboard_text(read_run(folder), width=120)
    assert "\x1b" not in text
    assert all(model in text for model in (*MODELS, "stack", "dummy"))
    assert "95 % interval" in text
    assert "attack/random/broken_0/0: out of memory, the fit needed more than 4 GiB" in text


@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_is_wider_than_the_terminal(folder: Path, width: int) -> None:
    lines = leaderboard_text(read_run(folder), width=width).splitlines()
    assert max(map(len, lines)) <= width


def test_a_terminal_sees_which_models_cannot_be_told_apart(folder: Path) -> None:
    text = leaderboard_text(read_run(folder), width=120)
    assert "Models that share a letter of their group cannot be told apart." in text
    row = next(line.split() for line in text.splitlines() if line.startswith("stack "))
    assert row[1].startswith("a")


def test_names_that_look_like_markup_are_printed_as_they_are(tmp_path: Path) -> None:
    shape = Shape(models=("[red]tree[/red]", "[/]"), splits=("random",))
    text = leaderboard_text(read_run(write_example(tmp_path, shape=shape)), width=150)
    assert "[red]tree[/red]" in text


def test_a_run_without_scores_has_an_empty_leaderboard(tmp_path: Path) -> None:
    RunFolder(path=tmp_path).write_suite("")
    assert leaderboard_text(read_run(tmp_path)).strip() == ""
