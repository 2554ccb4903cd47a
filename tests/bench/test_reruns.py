from __future__ import annotations

import json
import shutil
import signal
import sys

import dask
import pytest

from bench.cli import app
from bench.errors import BenchError, SuiteError
from bench.failures import exit_status
from bench.night_verbs import compare
from bench.places import Places
from bench.progress import Silent
from bench.runner import run_suite
from bench.suite_file import defaulted_settings, load_suite
from pipeline.synthetic import write_dataset
from reports.run import read_run

SUITE = """
tasks = ["binary"]
models = ["decision_tree", "gaussian_nb"]
folds = 2
stack = 2
null_case = "decision_tree"
reruns = 2
[cluster]
kind = "inline"
"""
TREE, STACK = "binary-random-decision_tree-0", "binary-random-stack-0"


def doctored(path, change):
    """Change every record of a run, as if its night had gone otherwise."""
    records = [json.loads(line) for line in (path / "cases.jsonl").read_text().splitlines()]
    for record in records:
        change(record)
    (path / "cases.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))


def without_chance(record):
    for score in record["scores"].values():
        score.update(low=score["value"], high=score["value"])


def better_once(record):
    without_chance(record)
    if record["case_id"] in (TREE, STACK):
        record["scores"]["accuracy"].update(value=1.5, low=1.5, high=1.5)


@pytest.fixture(scope="module")
def nights(tmp_path_factory):
    """A night on which two cases were better, and tonight's run."""
    folder = tmp_path_factory.mktemp("nights")
    with dask.config.set(scheduler="synchronous"):
        write_dataset(folder / "csv", rows=4_000, files=2, seed=0)
    (folder / "tiny.toml").write_text(SUITE)
    suite = load_suite(str(folder / "tiny.toml"))
    places = Places(data=(folder / "csv",), home=folder / "data", runs=folder / "runs")
    before = run_suite(suite, places, Silent())
    doctored(before, better_once)
    return before, run_suite(suite, places, Silent())


def copied(nights, tmp_path):
    return [shutil.copytree(path, tmp_path / path.name) for path in nights]


def test_the_null_case_is_run_twice_and_the_cases_that_look_changed_again(nights):
    tonight = read_run(nights[1])
    why = {record.case_id: record.rerun_why for record in tonight.reruns}
    assert why == {
        f"{TREE}-again1": "null",
        f"{STACK}-again1": "suspected",
        f"{STACK}-again2": "suspected",
    }
    assert {record.case_id for record in tonight.records}.isdisjoint(why)
    scores = {record.case_id: record.scores for record in tonight.records}
    assert all(rerun.scores == scores[rerun.rerun_of] for rerun in tonight.reruns)


def test_comparing_runs_suspected_cases_again_and_ends_with_status_1(
    nights, tmp_path, monkeypatch, capsys
):
    before, tonight = copied(nights, tmp_path)
    (tonight / "reruns.jsonl").unlink()
    doctored(tonight, without_chance)
    assert {one.record.case_id for one in compare(before, tonight, rerun=False).suspects} == {
        TREE,
        STACK,
    }
    handler = signal.getsignal(signal.SIGTERM)
    words = ["compare", before, tonight, "--confirm", "--json", "--html", tmp_path / "page.html"]
    monkeypatch.setattr(sys, "argv", ["threatbench", *map(str, words)])
    status = exit_status(app)
    signal.signal(signal.SIGTERM, handler)
    told = json.loads(capsys.readouterr().out)
    worse = {shift["case_id"] for shift in told["shifts"] if shift["is_confirmed"]}
    assert (status, told["word"], worse) == (1, "worse", {TREE, STACK})
    assert len(read_run(tonight).reruns) == 4
    assert "Confirmed regression" in (tmp_path / "page.html").read_text("utf-8")


def test_a_run_of_another_commit_is_not_run_again(nights, tmp_path):
    before, tonight = copied(nights, tmp_path)
    (tonight / "reruns.jsonl").unlink()
    doctored(tonight, without_chance)
    summary = json.loads((tonight / "run.json").read_text())
    summary["environment"]["commit"] = "0" * 40
    (tonight / "run.json").write_text(json.dumps(summary))
    with pytest.raises(BenchError, match=r"made by commit 0+.*check that commit out"):
        compare(before, tonight, rerun=True)


def test_a_null_case_that_the_suite_does_not_have_is_refused(tmp_path):
    (tmp_path / "mine.toml").write_text('models = ["dummy"]\nnull_case = "svc"')
    with pytest.raises(SuiteError, match="null_case: 'svc' is none of the suite's models"):
        load_suite(str(tmp_path / "mine.toml"))


def test_settings_are_defaulted_where_the_suite_says_nothing_or_the_same(tmp_path):
    (tmp_path / "mine.toml").write_text('folds = 5\nstack = 2\n[cluster]\nkind = "inline"')
    found = set(defaulted_settings(load_suite(str(tmp_path / "mine.toml"))))
    assert {"folds", "reruns", "cluster.workers", "embedded.rows"} <= found
    assert {"stack", "cluster.kind", "name"}.isdisjoint(found)
