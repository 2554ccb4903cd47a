from __future__ import annotations

import json
import signal
import sys

import dask
import pytest

from bench.cli import app
from bench.failures import exit_status
from bench.nightly import Orders, run_night
from bench.places import Places
from pipeline.synthetic import write_dataset
from reports.acknowledged import (
    Acknowledgement,
    add_acknowledged,
    read_acknowledged,
    restarts,
)
from reports.judgement import judge_night
from reports.run import read_run

SUITE = """
tasks = ["binary"]
models = ["decision_tree", "dummy"]
folds = 2
stack = 0
reruns = 2
[cluster]
kind = "inline"
"""
TREE = "binary-random-decision_tree-0"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nightly")
    with dask.config.set(scheduler="synchronous"):
        write_dataset(folder / "csv", rows=4_000, files=2, seed=0)
    (folder / "tiny.toml").write_text(SUITE)
    return folder


@pytest.fixture(scope="module")
def places(folder):
    return Places(
        data=(folder / "csv",), home=folder / "data", runs=folder / "runs",
        acknowledged=folder / "acknowledged.toml",
    )  # fmt: skip


def make_better(path, case_id):
    """Have a run say that a case was much better that night."""
    records = [json.loads(line) for line in (path / "cases.jsonl").read_text().splitlines()]
    for record in records:
        if record["case_id"] == case_id:
            record["scores"]["accuracy"].update(value=1.5, low=1.5, high=1.5)
    (path / "cases.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))


def test_a_first_night_is_quiet_and_a_regression_is_told_until_it_is_acknowledged(
    folder, places, monkeypatch, capsys
):
    handler = signal.getsignal(signal.SIGTERM)
    words = ["nightly", folder / "tiny.toml", "--data", folder / "csv", "--home", folder / "data"]
    words += ["--runs", places.runs, "--acknowledged", places.acknowledged]
    monkeypatch.setattr(sys, "argv", ["threatbench", *map(str, words)])
    status = exit_status(app)
    signal.signal(signal.SIGTERM, handler)
    (first,) = places.runs.glob("tiny-*")
    summary = (first / "summary.md").read_text("utf-8")
    assert (status, capsys.readouterr().out) == (0, summary)
    assert summary.startswith("· First run")
    assert summary.count("\n") == 1

    make_better(first, TREE)
    command = f"cat > {folder / 'told.md'}"
    orders = Orders(command=command, webhook="http://127.0.0.1:9/", keep=1, baseline=first)
    suite = str(folder / "tiny.toml")
    night = run_night(suite, overrides=[], places=places, orders=orders)
    assert night.status == 1
    assert [one.record.case_id for one in night.judgements[0].regressions] == [TREE]
    told = (folder / "told.md").read_text("utf-8")
    assert told == (night.run.path / "summary.md").read_text("utf-8")
    assert "Confirmed regression (1): decision_tree" in told
    (fault,) = night.faults
    assert fault.startswith("--webhook: http://127.0.0.1:9/")
    assert night.removed == ()  # the baseline is spared
    assert json.loads(json.dumps(night.to_json()))["status"] == 1

    known = Acknowledgement(
        case=TREE, measure="accuracy", run=night.run.path.name, reason="was made up"
    )
    since = restarts(read_acknowledged(add_acknowledged(places.acknowledged, [known])))
    assert judge_night(read_run(night.run.path), restarts=since).regressions == ()
