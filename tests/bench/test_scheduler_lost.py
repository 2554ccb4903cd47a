"""A cluster whose scheduler dies while a run goes on, and another in its place."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from reports.run import read_run

STRANGE = Path(__file__).parent / "strange"
SUITE = """
tasks = ["binary"]
models = ["dummy", "waits", "decision_tree"]
choose_on = "test"
stack = 0
[embedded]
rows = 1000
files = 1
"""
PLACE = "scheduler.json"
CLUSTER = (
    f'cluster={{kind="address", workers=1, wait_seconds=300, options={{scheduler_file="{PLACE}"}}}}'
)


@pytest.fixture
def environment(tmp_path):
    """Where models that wait are in the zoo."""
    path = os.pathsep.join([str(STRANGE), *filter(None, [os.environ.get("PYTHONPATH")])])
    (tmp_path / "waiting.toml").write_text(SUITE)
    return os.environ | {"PYTHONPATH": path}


@pytest.fixture
def threatbench(environment, tmp_path):
    def start(*words):
        command = [sys.executable, "-m", "bench.cli", "run", *map(str, words)]
        return subprocess.Popen(
            command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
        )

    return start


@pytest.fixture
def cluster(environment, tmp_path):
    """Open a cluster of one worker, whose scheduler says where it is; the scheduler's process."""

    @contextmanager
    def opened():
        (tmp_path / PLACE).unlink(missing_ok=True)
        here = ["--host", "127.0.0.1", "--no-dashboard", "--dashboard-address", "127.0.0.1:0"]
        here += ["--scheduler-file", PLACE]
        words = {"scheduler": ["--port", "0"], "worker": ["--nthreads", "1"]}
        with ExitStack() as stack:
            started = []
            for kind, own in words.items():
                command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *own, *here]
                process = subprocess.Popen(
                    command, cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL
                )
                stack.enter_context(process)
                stack.callback(process.terminate)
                started.append(process)
            yield started[0]

    return opened


def test_a_scheduler_that_dies_is_one_clear_sentence_and_resume_finishes(
    threatbench, cluster, tmp_path
):
    with cluster() as scheduler:
        running = threatbench("waiting.toml", "--set", CLUSTER)
        while not any("dummy" in path.read_text() for path in tmp_path.glob("runs/*/cases.jsonl")):
            assert running.poll() is None
            time.sleep(0.05)
        address = json.loads((tmp_path / PLACE).read_text())["address"]
        scheduler.kill()
        _, told = running.communicate()
    (run,) = [path.parent for path in tmp_path.glob("runs/*/run.json")]
    assert running.returncode == 2
    assert "Traceback" not in told
    assert told.splitlines()[-1] == (
        f"threatbench: the scheduler at {address} is gone; what is done stays done:"
        " mend that and go on (a run with --resume)"
    )
    assert json.loads((run / "run.json").read_text())["status"] == "failed"
    assert (ended(run)["dummy"], ended(run)["waits"]) == ("done", "not_started")
    assert ended(run)["decision_tree"] in ("done", "not_started")  # it may come before

    (tmp_path / "let-go").touch()
    with cluster():
        assert finished(threatbench("--resume", run)) == 0
    assert finished(threatbench("waiting.toml", "--cluster", "inline", "--runs", "alone")) == 0
    (alone,) = [path.parent for path in tmp_path.glob("alone/*/run.json")]
    assert scores(run) == scores(alone)
    assert set(ended(run).values()) == {"done"}


def finished(process):
    _, told = process.communicate()
    assert "Traceback" not in told, told
    return process.returncode


def ended(run):
    return {record.model: record.status for record in read_run(run).records}


def scores(run):
    return {record.case_id: record.scores for record in read_run(run).records}
