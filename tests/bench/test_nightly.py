from __future__ import annotations

import json
import shutil
import signal
import sys
from dataclasses import replace

import dask
import pytest

from bench.cli import app
from bench.failures import exit_status
from bench.history import acknowledge, read_history
from bench.nightly import Orders, run_night
from bench.places import Places
from bench.reruns import RERUNS
from pipeline.synthetic import write_dataset
from reports.acknowledged import read_acknowledged, restarts
from reports.judgement import judge_night
from reports.run import read_run

SUITE = """
tasks = ["binary"]
models = ["decision_tree", "dummy"]
folds = 2
stack = 0
[cluster]
kind = "inline"
"""
TREE, DUMMY = "binary-random-decision_tree-0", "binary-random-dummy-0"
NOBODY = "http://127.0.0.1:9/"


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


@pytest.fixture
def nightly(folder, places, monkeypatch, capsys):
    """A night by the command line: status, stdout, stderr."""
    handler = signal.getsignal(signal.SIGTERM)

    def run(*words, data=folder / "csv"):
        known = ["--data", data, "--home", places.home, "--runs", places.runs]
        known += ["--acknowledged", places.acknowledged]
        argv = ["threatbench", "nightly", folder / "tiny.toml", *known, *words]
        monkeypatch.setattr(sys, "argv", list(map(str, argv)))
        status = exit_status(app)
        return status, *capsys.readouterr()

    yield run
    signal.signal(signal.SIGTERM, handler)


def regressed(judgement):
    return [one.record.case_id for one in judgement.regressions]


def test_a_first_night_is_quiet_and_a_regression_is_told_until_it_is_acknowledged(
    folder, places, nightly
):
    status, out, _ = nightly()
    (first,) = places.runs.glob("tiny-*")
    summary = (first / "summary.md").read_text("utf-8")
    assert (status, out) == (0, summary)
    assert summary.startswith(f"○ First run: {first.name}. All 2 cases ended well.")
    assert summary.count("\n") == 1

    release = shutil.copytree(first, folder / "release" / first.name)
    make_better(first, DUMMY)
    make_better(release, TREE)
    command = f"cat > {folder / 'told.md'}"
    orders = Orders(command=command, webhook=NOBODY, keep=1)
    suite = str(folder / "tiny.toml")
    held = replace(places, baseline=release)
    night = run_night(suite, overrides=[], places=held, orders=orders)
    assert night.status == 1
    assert list(map(regressed, night.judgements)) == [[DUMMY], [TREE]]
    assert len(night.run.reruns) == 2 * RERUNS  # though the suite asks for none
    told = (folder / "told.md").read_text("utf-8")
    assert told == (night.run.path / "summary.md").read_text("utf-8")
    assert "Confirmed regression (1): decision_tree" in told
    (fault,) = night.faults
    assert fault.startswith(f"--webhook: {NOBODY}")
    assert night.removed == ()  # the baseline is spared
    assert json.loads(json.dumps(night.to_json()))["status"] == 1

    past = read_history(places.runs, suite=None, acknowledged=places.acknowledged)
    tonight = night.run.path.name
    acknowledge(past, tonight, reason="was made up", path=places.acknowledged)
    (entry,) = read_acknowledged(places.acknowledged)
    assert (entry.case, entry.measure, entry.run) == (DUMMY, "accuracy", tonight)
    known = restarts([entry])
    assert judge_night(read_run(night.run.path), restarts=known).regressions == ()


def test_a_night_that_breaks_off_is_told_too(folder, nightly):
    words = ["--on-regression", f"cat > {folder / 'broken.md'}", "--webhook", NOBODY]
    status, out, err = nightly(*words, data=folder / "gone")
    assert (status, out) == (2, "")
    assert f"; --webhook: {NOBODY}" in err
    told = (folder / "broken.md").read_text("utf-8")
    assert told.startswith(f"✖ Broken off: a night of tiny. {folder / 'gone'}: ")
