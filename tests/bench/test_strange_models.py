"""Models that hoard, hang, raise, exit or answer nonsense, all in one run with good ones."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import dask
import pytest

from pipeline.synthetic import write_dataset
from reports.run import read_run

STRANGE = Path(__file__).parent / "strange"
FINE = ("dummy", "decision_tree", "gaussian_nb", "one_rule")
ENDS = {
    "hoards": ("out_of_memory", "memory_limit", "took more than its"),
    "hangs": ("timed_out", "time_limit", "ran longer than its"),
    "raises": ("failed", "ArithmeticError", "these flows are too much for me"),
    "exits": ("failed", "exit", "ended by itself with status 7"),
    "misshapen": ("failed", "ModelError", "predict gave an array of shape"),
}
SUITE = f"""
tasks = ["binary"]
models = {[*ENDS, *FINE]}
choose_on = "test"
stack = 0
[limits]
seconds = 30
memory = "1GiB"
[cluster]
workers = 1
threads = 2
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """One run of all of them, and how it ended."""
    folder = tmp_path_factory.mktemp("strange")
    with dask.config.set(scheduler="synchronous"):
        write_dataset(folder / "csv", rows=2_000, files=2, seed=0)
    (folder / "strange.toml").write_text(SUITE)
    path = os.pathsep.join([str(STRANGE), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, "-m", "bench.cli", "run", "strange.toml", "--data", "csv"]
    ended = subprocess.run(
        [*command, "--home", "home", "--runs", "runs"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1, ended.stderr
    (found,) = folder.glob("runs/*/run.json")
    return {record.model: record for record in read_run(found.parent).records}


@pytest.mark.parametrize("model", ENDS)
def test_a_strange_model_ends_in_its_own_state_with_its_reason(model, run):
    status, kind, message = ENDS[model]
    record = run[model]
    assert (record.status, record.reason.kind) == (status, kind)
    assert message in record.reason.message
    assert not record.scores


def test_every_other_case_of_the_run_is_done(run):
    assert {name: run[name].status for name in FINE} == dict.fromkeys(FINE, "done")
    assert set(run) == {*ENDS, *FINE}
