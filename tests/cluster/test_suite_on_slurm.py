from __future__ import annotations

import json
import os
import sys

import pytest

from bench.cli import app
from bench.failures import exit_status

CLUSTERS = """
[hpc]
kind = "slurm"
workers = 2
memory = "1GiB"
wall_seconds = 3600
wait_seconds = 60
options = { interface = "lo" }
"""
SMALL = (
    *("embedded.rows=1000", "embedded.files=1", "folds=2", "stack=0"),
    'models=["dummy", "decision_tree"]',
)


@pytest.fixture
def threatbench(monkeypatch, capsys, tmp_path):
    """Run the command line in a folder with a cluster of name `hpc`: status and answer."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "clusters.toml").write_text(CLUSTERS)

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["threatbench", *words, "--json"])
        status = exit_status(app)
        return status, json.loads(capsys.readouterr().out)

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


def _scores(answer):
    return {
        record["case_id"]: {name: score["value"] for name, score in record["scores"].items()}
        for record in answer["records"]
    }
