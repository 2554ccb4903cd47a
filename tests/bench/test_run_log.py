from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bench.progress import Silent
from bench.run_log import RunLog
from bench.suite import Suite
from bench.unstarted import rest_noted
from reports.run import read_run
from reports.store import RunFolder, open_run

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def log(tmp_path):
    return RunLog(folder=open_run(tmp_path, suite="small", started=NOON), progress=Silent())


def beginning(log):
    return {
        "schema_version": 1, "run_id": log.folder.name, "suite": "small", "metric": "f1_macro",
        "status": "running", "started": NOON,
    }  # fmt: skip


@pytest.fixture
def stopped_at_its_first_word(monkeypatch):
    """Ctrl-C comes right after ``run.json`` is there for the first time."""
    write, told = RunFolder.write_summary, []

    def stopped(folder, facts):
        write(folder, facts)
        told.append(facts)
        if len(told) == 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(RunFolder, "write_summary", stopped)


@pytest.mark.usefixtures("stopped_at_its_first_word")
def test_a_run_that_is_stopped_at_its_first_word_is_interrupted_and_notes_all_cases(log):
    suite = Suite(name="small", models=("dummy", "decision_tree"), stack=0)
    with pytest.raises(KeyboardInterrupt), rest_noted(suite, log), log.running(beginning(log)):
        pytest.fail("it was stopped before")
    run = read_run(log.folder.path)
    assert run.summary.status == "interrupted"
    assert {record.status for record in run.records} == {"not_started"}
    assert {record.model for record in run.records} == {"dummy", "decision_tree"}


def test_a_run_that_is_stopped_before_its_first_word_leaves_nothing(log):
    with pytest.raises(KeyboardInterrupt), rest_noted(Suite(name="small"), log):
        raise KeyboardInterrupt
    assert not (log.folder.path / "cases.jsonl").exists()


def test_a_run_says_how_it_ended(log):
    with log.running(beginning(log)):
        assert json.loads((log.folder.path / "run.json").read_text())["status"] == "running"
    assert read_run(log.folder.path).summary.status == "done"
