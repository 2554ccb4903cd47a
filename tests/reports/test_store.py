from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest

from reports.errors import RunFolderError
from reports.records import Record, Score
from reports.run import list_runs, read_run
from reports.store import open_run, reopen_run, write_text

STARTED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def a_record(case_id: str = "tree", **changes: object) -> Record:
    said = {"model": "tree", "role": "model", "task": "attack", "split": "random", "seed": 0}
    return Record.model_validate({"case_id": case_id, "status": "done", **said, **changes})


def test_a_run_folder_is_named_by_suite_and_start_in_utc(tmp_path: Path) -> None:
    started = datetime(2026, 1, 2, 5, 4, 5, tzinfo=timezone(timedelta(hours=2)))
    assert (
        open_run(tmp_path / "runs", suite="demo", started=started).name == "demo-20260102T030405Z"
    )


def test_two_starts_in_one_second_get_two_folders_in_order(tmp_path: Path) -> None:
    folders = [open_run(tmp_path, suite="demo", started=STARTED).path for _ in range(11)]
    assert len(set(folders)) == 11
    assert list_runs(tmp_path) == tuple(folders)


def test_others_cannot_write_into_a_run_folder(tmp_path: Path) -> None:
    folder = open_run(tmp_path, suite="demo", started=STARTED)
    folder.append(a_record())
    folder.write_summary({})
    modes = [path.stat().st_mode for path in (folder.path, *folder.path.iterdir())]
    assert [mode & 0o002 for mode in modes] == [0] * 3


@pytest.mark.parametrize("suite", ["../demo", "", "a/b", ".hidden", "de mo"])
def test_a_suite_that_cannot_name_a_folder_is_refused(tmp_path: Path, suite: str) -> None:
    with pytest.raises(RunFolderError, match="use letters"):
        open_run(tmp_path, suite=suite, started=STARTED)


def test_a_place_that_is_a_file_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("")
    with pytest.raises(RunFolderError, match="--runs"):
        open_run(tmp_path / "runs", suite="demo", started=STARTED)


def test_a_record_comes_back_as_it_went(tmp_path: Path) -> None:
    record = a_record(
        scores={"accuracy": Score(value=0.1 + 0.2, low=0.1, high=0.4)},
        confusion=((3, 1), (0, 2**40)),
        log_tail=("first\nsecond", "\u2028 <b>"),
    )
    folder = open_run(tmp_path, suite="demo", started=STARTED)
    folder.append(record)
    assert read_run(folder.path).records == (record,)


def test_each_record_is_one_line(tmp_path: Path) -> None:
    folder = open_run(tmp_path, suite="demo", started=STARTED)
    for case_id in "abc":
        folder.append(a_record(case_id, log_tail=("one\ntwo",)))
    lines = (folder.path / "cases.jsonl").read_text().splitlines()
    assert [json.loads(line)["case_id"] for line in lines] == ["a", "b", "c"]


def test_of_two_records_of_a_case_the_last_counts_in_the_first_one_s_place(tmp_path: Path) -> None:
    folder = open_run(tmp_path, suite="demo", started=STARTED)
    for case_id, status in (("a", "failed"), ("b", "done"), ("a", "done")):
        folder.append(a_record(case_id, status=status))
    records = read_run(folder.path).records
    assert [(record.case_id, record.status) for record in records] == [("a", "done"), ("b", "done")]


def test_a_half_last_line_is_ignored_by_a_reader_and_cut_off_by_a_resumed_writer(
    tmp_path: Path,
) -> None:
    folder = open_run(tmp_path, suite="demo", started=STARTED)
    folder.append(a_record("a"))
    with (folder.path / "cases.jsonl").open("a") as stream:
        stream.write('{"case_id": "b", "mod')
    assert [record.case_id for record in read_run(folder.path).records] == ["a"]
    reopen_run(folder.path).append(a_record("c"))
    run = read_run(folder.path)
    assert ([record.case_id for record in run.records], run.faults) == (["a", "c"], ())


def test_a_writer_that_was_killed_leaves_no_file_beside_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = open_run(tmp_path, suite="demo", started=STARTED)
    folder.write_summary({"run_id": "demo"})
    monkeypatch.setattr(Path, "replace", lambda *_: None)  # killed before it
    folder.write_summary({"run_id": "later"})
    monkeypatch.undo()
    assert len(list(folder.path.glob(".run.json-*"))) == 1
    reopen_run(folder.path)
    assert [path.name for path in folder.path.iterdir()] == ["run.json"]
    assert "demo" in (folder.path / "run.json").read_text("utf-8")


def test_a_file_is_replaced_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = write_text(tmp_path / "run.json", "old")
    assert write_text(path, "new €").read_text(encoding="utf-8") == "new €"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_replacement_leaves_the_old_file_alone(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(RunFolderError, match=r"folder: cannot be written \(Is a directory\); make"):
        write_text(tmp_path / "folder", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_numbers_that_json_has_not_are_written_as_null_and_numpy_s_as_plain(tmp_path: Path) -> None:
    folder = open_run(tmp_path, suite="demo", started=STARTED)
    said = {
        "describe": {"Rate": {"std": float("nan"), "max": np.float64("inf"), "min": np.float64(1)}},
        "labels": {"Benign": np.int64(3)},
        "started": STARTED,
    }
    written = json.loads(folder.write_profile(said).read_text())
    assert written["describe"]["Rate"] == {"std": None, "max": None, "min": 1.0}
    assert (written["labels"], written["started"]) == ({"Benign": 3}, "2026-01-02T03:04:05+00:00")
