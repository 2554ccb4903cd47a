"""Whole suites on a real Slurm queue, some of whose jobs end too early.

``THREATBENCH_WALL_TIME=1`` also has one end by Slurm's own clock, which counts in minutes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.cli import app
from bench.failures import exit_status
from reports.run import read_run

STRANGE = Path(__file__).parents[1] / "bench" / "strange"
ENDED_OR_LEFT = {"done", "not_started"}
HAS_MINUTES = os.environ.get("THREATBENCH_WALL_TIME") == "1"
CLUSTERS = """
[hpc]
kind = "slurm"
workers = 2
memory = "1GiB"
wall_seconds = 3600
wait_seconds = 300
options = { interface = "lo" }

[lone]
kind = "slurm"
workers = 1
memory = "1GiB"
wait_seconds = 45
options = { interface = "lo" }

[brief]
kind = "slurm"
workers = 1
memory = "1GiB"
wait_seconds = 90
options = { interface = "lo", walltime = "00:02:00", worker_extra_args = ["--lifetime", "1h"] }
"""
SMALL = (
    *("embedded.rows=1000", "embedded.files=1", "folds=2", "stack=0"),
    'models=["dummy", "decision_tree"]',
)
WAITING = """
tasks = ["binary"]
models = ["dummy", "decision_tree", "waits", "gaussian_nb"]
choose_on = "test"
stack = 0
[embedded]
rows = 1000
files = 1
"""


@pytest.fixture
def threatbench(monkeypatch, capfd, tmp_path):
    """Run the command line in a folder with a cluster of name `hpc`: status and answer."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "clusters.toml").write_text(CLUSTERS)

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["threatbench", *words, "--json"])
        status = exit_status(app)
        return status, json.loads(capfd.readouterr().out)

    return run


@pytest.mark.slurm
def test_a_suite_runs_on_slurm_and_scores_as_it_does_here(slurm, threatbench, tmp_path):
    words = ["run", "smoke", *(word for setting in SMALL for word in ("--set", setting))]
    status, there = threatbench(*words, "--cluster", "hpc")
    assert (status, there["summary"]["status"]) == (0, "done")
    _, here = threatbench(*words, "--cluster", "inline")
    assert _scores(there) == _scores(here)
    assert all("SLURM" in record["worker"] for record in there["records"])
    assert list((tmp_path / there["path"] / "workers").glob("*.err"))


@pytest.mark.slurm
def test_the_doctor_prints_the_job_script_and_finds_the_workers_of_slurm_sound(slurm, threatbench):
    status, found = threatbench("doctor", "--cluster", "hpc")
    assert {one["check"]: one["seen"] for one in found["findings"] if not one["is_ok"]} == {}
    assert status == 0
    assert "#SBATCH -t 1:00:00" in found["job_script"]
    assert f"{sys.executable} -m distributed.cli.dask_worker" in found["job_script"]
    assert os.environ["SLURM_CONF"].startswith(str(slurm))


def cancelled(started):
    """Cancel the job of the run's worker while the case that waits is at work in it."""
    while not (Path("waiting").exists() and _is_recorded("dummy")):
        assert started.poll() is None
        time.sleep(0.1)
    jobs = subprocess.run(["squeue", "-h", "-o", "%A"], capture_output=True, text=True)
    subprocess.run(["scancel", *jobs.stdout.split()], check=True)


def at_its_wall_time(started):
    """Leave it to Slurm, which gives the job two minutes."""


@pytest.mark.slurm
@pytest.mark.parametrize(
    ("cluster", "ended", "state"),
    [
        ("lone", cancelled, "CANCELLED"),
        pytest.param(
            "brief",
            at_its_wall_time,
            "TIMEOUT",
            marks=pytest.mark.skipif(not HAS_MINUTES, reason="THREATBENCH_WALL_TIME is not 1"),
        ),
    ],
)
def test_a_run_whose_job_ends_says_so_with_its_state_and_is_finished_by_resume(
    cluster, ended, state, slurm, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    path = os.pathsep.join([str(STRANGE), *filter(None, [os.environ.get("PYTHONPATH")])])
    monkeypatch.setenv("PYTHONPATH", path)
    (tmp_path / "clusters.toml").write_text(CLUSTERS)
    (tmp_path / "waiting.toml").write_text(WAITING)
    started = _start("waiting.toml", "--cluster", cluster)
    ended(started)
    assert started.wait(600) == 1
    (run,) = [path.parent for path in Path("runs").glob("*/run.json")]
    first = {record.model: record for record in read_run(run).records}
    assert json.loads((run / "run.json").read_text())["status"] == "interrupted"
    assert (first["dummy"].status, first["waits"].status) == ("done", "worker_lost")
    # Either may come before the one that waits.
    assert {first[name].status for name in ("decision_tree", "gaussian_nb")} <= ENDED_OR_LEFT
    assert f": {state}" in first["waits"].reason.message.partition("Slurm job")[2]
    assert any("JOB" in line and "CANCELLED" in line for line in first["waits"].log_tail)

    Path("let-go").touch()
    assert _start("--resume", run).wait(600) == 0
    assert _start("waiting.toml", "--cluster", "inline", "--runs", "undisturbed").wait(600) == 0
    (undisturbed,) = Path("undisturbed").glob("*/run.json")
    then, alone = (read_run(one).records for one in (run, undisturbed.parent))
    assert {record.status for record in then} == {"done"}
    assert {one.case_id: one.scores for one in then} == {one.case_id: one.scores for one in alone}


def _is_recorded(model):
    return any(model in path.read_text() for path in Path().glob("runs/*/cases.jsonl"))


def _start(*words):
    command = [sys.executable, "-m", "bench.cli", "run", *map(str, words)]
    with Path("log").open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log)


def _scores(answer):
    return {
        record["case_id"]: {name: score["value"] for name, score in record["scores"].items()}
        for record in answer["records"]
    }
