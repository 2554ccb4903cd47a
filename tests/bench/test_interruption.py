"""A run that is asked to stop, in every one of its stages."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter

import dask
import psutil
import pytest

from pipeline.synthetic import write_dataset
from reports.run import read_run

SUITE = """
tasks = ["binary"]
models = ["dummy", "decision_tree", "gradient_boosting"]
choose_on = "test"
folds = 5
stack = 2
[params.gradient_boosting]
n_estimators = 800
"""
CASES = {"dummy", "decision_tree", "gradient_boosting", "stack"}
# A run that is asked to stop has 10 s; a machine that does much else beside may take longer.
PATIENCE_SECONDS = 300


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the flows lie, and the suite file."""
    folder = tmp_path_factory.mktemp("interruption")
    with dask.config.set(scheduler="synchronous"):
        write_dataset(folder / "csv", rows=24_000, files=24, seed=0)
    (folder / "tiny.toml").write_text(SUITE)
    return folder


@pytest.fixture
def start(folder, tmp_path):
    """A run as a process of its own, when a moment has come."""

    def threatbench(moment):
        places = ["--home", tmp_path / "home", "--runs", tmp_path / "runs"]
        command = [sys.executable, "-m", "bench.cli", "run", "tiny.toml", "--data", "csv"]
        with (tmp_path / "told").open("w") as told:
            running = subprocess.Popen(
                [*command, *map(str, places)], cwd=folder, stderr=told, stdout=told
            )
        while not moment(tmp_path):
            assert running.poll() is None
            time.sleep(0.02)
        return running

    return threatbench


def said(line):
    """When the run has told a line that begins so."""
    return lambda place: any(
        told.startswith(line) for told in (place / "told").read_text().splitlines()
    )


def there_is(pattern):
    return lambda place: any(place.glob(pattern))


@pytest.mark.parametrize(
    ("moment", "number", "ended"),
    [
        pytest.param(there_is("runs/*/run.json"), signal.SIGINT, set(), id="cluster"),
        pytest.param(
            there_is("home/store-*/parts/*/counts.json"), signal.SIGTERM, set(), id="ingest"
        ),
        pytest.param(said("select"), signal.SIGINT, set(), id="collapse"),
        pytest.param(said("  binary/random dummy"), signal.SIGTERM, {"dummy"}, id="zoo"),
        pytest.param(said("zoo "), signal.SIGINT, CASES - {"stack"}, id="stack"),
    ],
)
def test_a_run_that_is_stopped_ends_in_order_and_says_not_started_of_what_is_left(
    moment, number, ended, start, tmp_path
):
    running = start(moment)
    os.kill(running.pid, number)
    status = running.wait(PATIENCE_SECONDS)
    told = (tmp_path / "told").read_text()
    assert status == 130, told
    lines = told.splitlines()
    assert "Traceback" not in told, told
    assert lines[-1].startswith("threatbench: interrupted; what has ended is recorded")
    (run,) = [path.parent for path in tmp_path.glob("runs/*/run.json")]
    assert json.loads((run / "run.json").read_text())["status"] == "interrupted"
    assert (run / "report.html").exists()
    records = {record.model: record for record in read_run(run).records}
    assert set(records) == CASES
    done = {name for name, record in records.items() if record.status == "done"}
    assert ended <= done < CASES
    assert {(records[name].status, records[name].reason.kind) for name in CASES - done} == {
        ("not_started", "interrupted")
    }
    assert set(Counter(record.case_id for record in read_run(run).records).values()) == {1}


def test_a_run_is_stopped_though_its_workers_answer_no_more(start, workers_of, tmp_path):
    running = start(said("  binary/random dummy"))
    below = psutil.Process(running.pid).children(recursive=True)
    for worker in workers_of(running):
        worker.suspend()
    os.kill(running.pid, signal.SIGINT)
    assert running.wait(PATIENCE_SECONDS) == 130
    _, alive = psutil.wait_procs(below, timeout=300)
    assert alive == []
    (run,) = [path.parent for path in tmp_path.glob("runs/*/run.json")]
    assert {record.model for record in read_run(run).records} == CASES
