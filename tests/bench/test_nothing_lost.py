"""Workers and clients killed while a run goes on: it ends as if nothing had happened.

``THREATBENCH_KILLS`` says how often a client is killed; with 0 nothing here runs.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress

import dask
import psutil
import pytest

from bench.places import Places
from bench.progress import Silent
from bench.runner import run_suite
from bench.suite_file import load_suite
from pipeline.manifest import read_manifest
from pipeline.synthetic import write_dataset
from reports.run import read_run

SUITE = """
tasks = ["binary"]
models = ["dummy", "decision_tree", "gaussian_nb", "one_rule"]
folds = 2
stack = 2
"""
MEASURED = {"seconds", "worker", "peak_memory_bytes", "predict_rows_per_second", "started"}
CLIENT_KILLS = int(os.environ.get("THREATBENCH_KILLS", "2"))
MANY_KILLS = 20
WORKER_KILLS = 3
KILL_SECONDS = 3
CHANCE = random.Random(5)
SECRET = "wJalrXUtnFEMI-K7MDENG"

pytestmark = pytest.mark.skipif(CLIENT_KILLS == 0, reason="THREATBENCH_KILLS is 0")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the flows lie, and the suite file."""
    folder = tmp_path_factory.mktemp("nothing-lost")
    with dask.config.set(scheduler="synchronous"):
        write_dataset(folder / "csv", rows=6_000, files=6, seed=0)
    (folder / "tiny.toml").write_text(SUITE)
    return folder


@pytest.fixture(scope="module")
def undisturbed(folder):
    """What the records of a run say that nothing happened to."""
    suite = load_suite(str(folder / "tiny.toml"), overrides=["cluster.kind=inline"])
    places = Places(data=(folder / "csv",), home=folder / "data", runs=folder / "undisturbed")
    return said(run_suite(suite, places, Silent()))


@pytest.fixture
def start(folder, tmp_path):
    """Start the suite as a process of its own, or go on with a run of it."""
    started = []

    def threatbench(*words):
        command = [sys.executable, "-m", "bench.cli", "run", *map(str, words)]
        env = os.environ | {"CLOUD_TOKEN": SECRET}
        with (tmp_path / f"log-{len(started)}").open("w") as log:
            process = subprocess.Popen(
                command, cwd=folder, stderr=log, stdout=log, env=env, umask=0
            )
        started.append(process)
        return started[-1]

    yield threatbench
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def new_run(tmp_path):
    """The words that start a new run of the suite on new stores."""
    places = ["--home", tmp_path / "home", "--runs", tmp_path / "runs"]
    return ["tiny.toml", "--data", "csv", *places]


def said(run):
    """All that the records say but for times, places and memory."""
    return {record.case_id: record.model_dump(exclude=MEASURED) for record in read_run(run).records}


def marks(place):
    """What a run has left so far: parts, facts, outcomes and records; each more is a mark."""
    written = [*place.glob("runs/*/work/outcomes.jsonl"), *place.glob("runs/*/cases.jsonl")]
    facts = sum(len(bytes_of(path)) for path in place.glob("runs/*/run.json"))
    lines = sum(bytes_of(path).count(b"\n") for path in written)
    return len(list(place.glob("home/store-*/parts/*/counts.json"))), facts, lines


def bytes_of(path):
    """What the file holds; nothing where a run that has ended has removed it meanwhile."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def wait_for_marks(place, process, how_many):
    """Come back after so many more marks, or when the process has ended."""
    before = marks(place)
    while how_many and process.poll() is None:
        time.sleep(0.02)
        now = marks(place)
        how_many -= now != before
        before = now


def killed_one(workers):
    """Whether there was one to kill."""
    with suppress(psutil.NoSuchProcess):
        if workers:
            CHANCE.choice(workers).kill()
            return True
    return False


def is_over(run):
    """Whether nothing is left to do: the report is written, the work folder gone."""
    facts = json.loads((run / "run.json").read_text())
    return facts["status"] == "done" and not (run / "work").exists()


def units(path):
    return [json.loads(line)["unit"] for line in path.read_text().split("\n")[:-1]]


def test_workers_killed_all_along_change_no_score(
    tmp_path, new_run, start, workers_of, undisturbed
):
    running = start(*new_run, "--set", "cluster.workers=2")
    killed = 0
    while running.poll() is None:
        wait_for_marks(tmp_path, running, 3)
        killed += killed < WORKER_KILLS and killed_one(workers_of(running))
    assert killed == WORKER_KILLS
    assert running.returncode == 0, (tmp_path / "log-0").read_text()
    (run,) = [path.parent for path in tmp_path.glob("runs/*/run.json")]
    assert said(run) == undisturbed
    assert_nothing_is_open_to_others(tmp_path)


@pytest.mark.skipif(CLIENT_KILLS < MANY_KILLS, reason=f"THREATBENCH_KILLS is not {MANY_KILLS}")
def test_a_worker_killed_every_few_seconds_through_a_whole_demo_changes_no_score(
    tmp_path, start, workers_of
):
    home = ["--home", tmp_path / "home"]
    running, killed = start("demo", *home, "--runs", tmp_path / "runs"), 0
    while running.poll() is None:
        time.sleep(KILL_SECONDS)
        wait_for_marks(tmp_path, running, 1)  # a slow machine is to come on between two of them
        killed += killed_one(workers_of(running))
    assert killed >= WORKER_KILLS
    assert running.returncode == 0, (tmp_path / "log-0").read_text()
    assert start("demo", *home, "--runs", tmp_path / "undisturbed").wait() == 0
    disturbed, undisturbed = (
        said(path.parent)
        for name in ("runs", "undisturbed")
        for path in tmp_path.glob(f"{name}/*/run.json")
    )
    assert disturbed == undisturbed


def test_a_client_killed_at_random_moments_ends_as_an_undisturbed_run(
    tmp_path, new_run, start, undisturbed
):
    chance = random.Random(3)
    done_before, finished, words = Counter(), 0, new_run
    for _ in range(CLIENT_KILLS):
        process = start(*words, *(["--set", "cluster.kind=inline"] if words == new_run else []))
        wait_for_marks(tmp_path, process, chance.randint(1, 16))
        time.sleep(chance.uniform(0, 0.2))
        process.kill()
        process.wait()
        begun = sorted(path.parent for path in tmp_path.glob("runs/*/run.json"))[finished:]
        for outcomes in tmp_path.glob("runs/*/work/outcomes.jsonl"):
            done = Counter(units(outcomes))
            assert not done_before - done
            assert set(done.values()) <= {1}
            done_before = done
        words = ["--resume", begun[0]] if begun else new_run
        if begun and is_over(begun[0]):
            finished, words, done_before = finished + 1, new_run, Counter()
    if words != new_run:
        assert start(*words).wait() == 0
    for run in (path.parent for path in tmp_path.glob("runs/*/run.json")):
        assert_nothing_is_lost(run, undisturbed)
    assert_nothing_is_open_to_others(tmp_path)


def test_two_runs_at_the_same_time_on_one_store_and_one_folder_are_both_right(
    tmp_path, new_run, start, undisturbed
):
    both = [start(*new_run, "--set", "cluster.workers=1") for _ in range(2)]
    assert [one.wait() for one in both] == [0, 0], (tmp_path / "log-0").read_text()
    runs = [path.parent for path in tmp_path.glob("runs/*/run.json")]
    assert len(runs) == 2
    for run in runs:
        assert_nothing_is_lost(run, undisturbed)
    (store,) = tmp_path.glob("home/store-*")
    assert not [path for path in store.rglob("*") if path.name.startswith(".")]
    assert all(run.name in (tmp_path / "runs" / "index.html").read_text() for run in runs)


def test_an_ingest_that_is_killed_is_finished_by_the_next_without_doing_a_part_twice(tmp_path):
    folder, store = tmp_path / "csv", tmp_path / "store"
    with dask.config.set(scheduler="synchronous"):
        (source,) = write_dataset(folder, rows=10_000, files=1, seed=0)
    header, *rows = source.read_text().splitlines(keepends=True)
    source.unlink()
    for number in range(20):
        turned = [*rows[number:], *rows[:number]]
        (folder / f"{number:02}.csv").write_text("".join([header, *turned]))
    words = [sys.executable, "-m", "bench.cli", "ingest", str(folder), "--store", str(store)]
    while len(done := killed_amid(words, store)) == 20:  # it was done before the signal came
        shutil.rmtree(store)
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    after = parts_of(store)
    assert len(after) == 20
    assert {name: after[name] for name in done} == done
    assert read_manifest(store).rows == 20 * 10_000


def killed_amid(words, store):
    """What an ingest has left that was killed when it had the first parts."""
    killed = subprocess.Popen(words, start_new_session=True, stdout=subprocess.DEVNULL)
    while len(parts_of(store)) < 3 and killed.poll() is None:
        time.sleep(0.005)
    with suppress(ProcessLookupError):
        os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    return parts_of(store)


def parts_of(store):
    """When each part that is whole was written, and as which file."""
    found = {path.parent.name: path.stat() for path in store.glob("parts/[!.]*/counts.json")}
    return {name: (one.st_mtime_ns, one.st_ino) for name, one in found.items()}


def assert_nothing_is_open_to_others(place):
    """Though the process may make files that all may write, and has a token in its environment."""
    left = [path for name in ("runs", "home") for path in place.glob(f"{name}/**/*")]
    assert not [path for path in left if path.stat().st_mode & 0o002]
    assert not [path for path in left if path.is_file() and SECRET.encode() in path.read_bytes()]


def assert_nothing_is_lost(run, undisturbed):
    assert said(run) == undisturbed
    lines = (run / "cases.jsonl").read_text().split("\n")
    assert lines.pop() == ""
    ended = Counter(json.loads(line)["case_id"] for line in lines)
    assert ended == Counter(list(undisturbed))
    assert not [path for path in run.rglob("*") if path.name.startswith(".")]
