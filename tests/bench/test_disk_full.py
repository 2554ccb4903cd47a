"""A disk that fills up while a run goes on: a small file system of its own, in memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import dask
import pytest

from pipeline.synthetic import write_dataset
from reports.errors import RunFolderError
from reports.run import read_run
from reports.store import append_line, write_text

SUITE = (
    'tasks = ["binary"]\nmodels = ["dummy", "decision_tree", "gaussian_nb"]\nfolds = 2\nstack = 0\n'
)
SUITE += '[cluster]\nkind = "inline"\n'


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 3 MiB; what mounts it needs to be root."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture
def threatbench(tmp_path):
    """Run the command line as a process of its own."""
    with dask.config.set(scheduler="synchronous"):
        write_dataset(tmp_path / "csv", rows=2_000, files=2, seed=0)
    (tmp_path / "tiny.toml").write_text(SUITE)

    def run(*words):
        command = [sys.executable, "-m", "bench.cli", "run", *map(str, words)]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    return run


def fill(place, leave_bytes):
    """Leave just so much room."""
    room = os.statvfs(place)
    (place / "ballast").write_bytes(b"x" * max(0, room.f_bavail * room.f_bsize - leave_bytes))


def test_a_line_for_which_there_is_no_room_is_not_there_at_all(small_disk):
    path = small_disk / "cases.jsonl"
    append_line(path, "first")
    fill(small_disk, 0)
    with pytest.raises(RunFolderError, match=r"cases\.jsonl: cannot be written \(No space left"):
        append_line(path, "x" * 100_000)
    assert path.read_text() == "first\n"
    (small_disk / "ballast").unlink()
    append_line(path, "second")
    assert path.read_text() == "first\nsecond\n"


def test_a_file_for_which_there_is_no_room_stays_as_it_was(small_disk):
    path = write_text(small_disk / "run.json", "old")
    fill(small_disk, 0)
    with pytest.raises(RunFolderError, match=r"run\.json: cannot be written .* --resume"):
        write_text(path, "x" * 100_000)
    assert path.read_text() == "old"
    assert {file.name for file in small_disk.iterdir()} == {"run.json", "ballast"}


@pytest.mark.skipif(os.environ.get("THREATBENCH_KILLS") == "0", reason="THREATBENCH_KILLS is 0")
@pytest.mark.parametrize("full", ["home", "runs"])
def test_a_run_on_a_full_disk_ends_with_one_sentence_and_goes_on_when_there_is_room(
    full, small_disk, threatbench, tmp_path
):
    places = {"home": tmp_path / "home", "runs": tmp_path / "runs"} | {full: small_disk / full}
    fill(small_disk, 150_000)
    words = ["--data", "csv", "--home", places["home"], "--runs", places["runs"]]
    ended = threatbench("tiny.toml", *words)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert ended.stderr.splitlines()[-1].startswith("threatbench: ")
    assert str(small_disk) in ended.stderr
    assert "No space left" in ended.stderr
    (run,) = [path.parent for path in places["runs"].glob("*/run.json")]
    before = read_run(run)
    assert before.faults == ()
    (small_disk / "ballast").unlink()
    resumed = threatbench("--resume", run)
    assert resumed.returncode == 0, resumed.stderr
    assert {record.status for record in read_run(run).records} == {"done"}
    assert json.loads((run / "run.json").read_text())["status"] == "done"
