from __future__ import annotations

import json
from pathlib import Path

import pytest

from reports.errors import RunFolderError
from reports.run import list_runs, read_run


def write(folder: Path, **files: object) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / f"{name}.json").write_text(text)
    return folder


def test_a_folder_with_only_a_suite_reads_as_an_empty_run(tmp_path: Path) -> None:
    (tmp_path / "suite.toml").write_text("name = 'demo'\n")
    run = read_run(tmp_path)
    assert (run.records, run.selections, run.faults) == ((), (), ())
    assert (run.name, run.suite_text) == (tmp_path.name, "name = 'demo'\n")


def test_a_folder_that_is_missing_or_holds_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="no such run folder"):
        read_run(tmp_path / "missing")
    with pytest.raises(RunFolderError, match="no run folder"):
        read_run(tmp_path)


def test_unknown_keys_are_ignored(tmp_path: Path) -> None:
    run = read_run(write(tmp_path, run={"suite": "demo", "weather": {"rain": True}}))
    assert (run.summary.suite, run.faults) == ("demo", ())


def test_a_key_that_does_not_fit_is_left_out_and_named(tmp_path: Path) -> None:
    run = read_run(write(tmp_path, run={"suite": "demo", "data": {"rows": "many"}}))
    assert (run.summary.suite, run.summary.data.rows) == ("demo", None)
    assert run.faults == ("run.json: key 'data' is not understood; left out.",)


def test_a_broken_file_is_left_out_and_named(tmp_path: Path) -> None:
    run = read_run(write(tmp_path, run='{"suite": "demo"', profile=["not", "a", "table"]))
    assert run.summary.suite == ""
    assert run.faults == ("run.json: line 1 is not JSON; the file is left out.",)


def test_a_record_of_an_older_schema_is_filled_with_defaults(tmp_path: Path) -> None:
    lines = [{"case_id": "a", "model": "tree", "scores": 0.9}, {"model": "nameless"}, "text"]
    text = "".join(json.dumps(line) + "\n" for line in lines) + "not json\n"
    (tmp_path / "cases.jsonl").write_text(text)
    run = read_run(tmp_path)
    (record,) = run.records
    assert (record.model, record.status, record.scores) == ("tree", "done", {})
    assert run.faults == (
        "cases.jsonl: line 1: key 'scores' is not understood; left out.",
        "cases.jsonl: line 2 names no case; left out.",
        "cases.jsonl: line 3 names no case; left out.",
        "cases.jsonl: line 4 is not JSON; left out.",
    )


def test_runs_are_listed_by_their_start_whatever_their_suite(tmp_path: Path) -> None:
    names = ["nightly-20260101T000000Z", "demo-20260102T000000Z", "a-b-20260103T000000Z"]
    for name in [*reversed(names), "notes", "demo-yesterday"]:
        (tmp_path / name).mkdir()
    assert [path.name for path in list_runs(tmp_path)] == names
    assert [path.name for path in list_runs(tmp_path, suite="a-b")] == names[2:]
    assert list_runs(tmp_path / "missing") == ()
