from __future__ import annotations

import json

import pytest

from bench.retire import retire_runs


@pytest.fixture
def runs(tmp_path):
    """Six nights of one suite, the second still running; one run of another; one stray folder."""
    for night in range(1, 7):
        folder = tmp_path / f"nightly-202601{night:02}T000000Z"
        folder.mkdir()
        status = "running" if night == 2 else "done"
        (folder / "run.json").write_text(json.dumps({"status": status}))
    for name in ("demo-20250101T000000Z", "nightly-notes"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "run.json").write_text('{"status": "done"}')
    return tmp_path


def test_old_runs_go_but_those_spared_still_running_or_of_another_suite_stay(runs):
    removed = retire_runs(runs, suite="nightly", keep=2, spare={"nightly-20260103T000000Z"})
    assert [path.name[8:16] for path in removed] == ["20260101", "20260104"]
    left = {path.name for path in runs.iterdir()}
    assert {"demo-20250101T000000Z", "nightly-notes", "nightly-20260102T000000Z"} <= left
    assert len(left) == 6


def test_as_many_as_are_kept_are_left_alone(runs):
    assert retire_runs(runs, suite="nightly", keep=6, spare=()) == []
