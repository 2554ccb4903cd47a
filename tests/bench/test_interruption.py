"""A run that is asked to stop, at moments before its first case."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import dask
import pytest

from pipeline.synthetic import write_dataset
from reports.run import read_run

MODELS = ("dummy", "decision_tree", "gaussian_nb")
SUITE = (
    'tasks = ["binary"]\nmodels = ["dummy", "decision_tree", "gaussian_nb"]\nfolds = 2\nstack = 2\n'
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the flows lie, and the suite file."""
    folder = tmp_path_factory.mktemp("interruption")
    with dask.config.set(scheduler="synchronous"):
        write_dataset(folder / "csv", rows=24_000, files=24, seed=0)
    (folder / "tiny.toml").write_text(SUITE)
    return folder


def cluster_opens(place):
    return any(place.glob("runs/*/run.json"))


def ingest_has_begun(place):
    return any(place.glob("home/store-*/parts/*/counts.json"))


@pytest.mark.parametrize(
    ("moment", "number"),
    [(cluster_opens, signal.SIGINT), (ingest_has_begun, signal.SIGTERM)],
)
def test_a_run_that_is_stopped_before_its_first_case_says_not_started_of_every_one(
    moment, number, folder, tmp_path
):
    words = ["tiny.toml", "--data", "csv", "--home", tmp_path / "home", "--runs", tmp_path / "runs"]
    command = [sys.executable, "-m", "bench.cli", "run", *map(str, words)]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True) as running:
        while not moment(tmp_path):
            assert running.poll() is None
            time.sleep(0.02)
        os.kill(running.pid, number)
        _, told = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Traceback" not in told
    assert told.splitlines()[-1].startswith("threatbench: interrupted; what has ended is recorded")
    (run,) = [path.parent for path in tmp_path.glob("runs/*/run.json")]
    assert json.loads((run / "run.json").read_text())["status"] == "interrupted"
    records = {record.model: record for record in read_run(run).records}
    assert {name: record.status for name, record in records.items()} == dict.fromkeys(
        [*MODELS, "stack"], "not_started"
    )
    assert records["dummy"].reason.kind == "interrupted"
    assert (run / "report.html").exists()
