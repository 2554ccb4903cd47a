from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import dask
import pytest

from bench.cli import app
from bench.failures import exit_status
from bench.places import Places
from bench.progress import Silent
from bench.runner import run_suite
from bench.suite_file import load_suite, suite_toml
from bench.verbs import Board, run_status
from pipeline.synthetic import write_dataset
from reports.records import Reason
from reports.run import read_run

SUITE = """
tasks = ["binary"]
models = ["dummy", "decision_tree", "gaussian_nb", "one_rule"]
folds = 2
stack = 2
[cluster]
kind = "inline"
threads = 2
"""
FILES = {
    "suite.toml", "run.json", "profile.json", "selection.json", "cases.jsonl", "report.html",
    "dask.html", "models",
}  # fmt: skip
MEASURED = {"seconds", "worker", "peak_memory_bytes", "predict_rows_per_second", "started"}
ENDLESS = 'models = ["dummy", "gradient_boosting", "decision_tree"]\nfolds = 2\nstack = 2\n'
ENDLESS += "[params.gradient_boosting]\nn_estimators = 1_000_000\n[cluster]\nkind = 'inline'\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the flows lie, the suite file, and all runs."""
    folder = tmp_path_factory.mktemp("runner")
    with dask.config.set(scheduler="synchronous"):
        write_dataset(folder / "csv", rows=4_000, files=2, seed=0)
    (folder / "tiny.toml").write_text(SUITE)
    return folder


@pytest.fixture(scope="module")
def places(folder):
    return Places(data=(folder / "csv",), home=folder / "data", runs=folder / "runs")


@pytest.fixture(scope="module")
def run(folder, places):
    """The first run of the tiny suite."""
    return read_run(run_suite(load_suite(str(folder / "tiny.toml")), places, Silent()))


@pytest.fixture
def threatbench(monkeypatch, capfd, folder):
    """Run a suite by the command line: status, stdout, stderr."""
    handler = signal.getsignal(signal.SIGTERM)

    def run(*words):
        places = ["--home", folder / "data", "--runs", folder / "runs"]
        argv = ["threatbench", "run", *words, "--data", folder / "csv", *places]
        monkeypatch.setattr(sys, "argv", list(map(str, argv)))
        status = exit_status(app)
        return status, *capfd.readouterr()

    yield run
    signal.signal(signal.SIGTERM, handler)


def test_a_run_leaves_all_its_files_and_nothing_half_done(run):
    left = {path.name for path in run.path.iterdir()}
    assert left >= FILES
    assert "work" not in left
    assert not [name for name in left if name.startswith(".")]


def test_every_case_of_the_suite_and_its_stack_is_done(run):
    done = {record.model: record.status for record in run.records}
    names = ("dummy", "decision_tree", "gaussian_nb", "one_rule", "stack")
    assert done == dict.fromkeys(names, "done")
    assert len(run.records) == 5


def test_the_stack_is_of_models_and_never_of_controls(run):
    (stack,) = [record for record in run.records if record.role == "stack"]
    assert set(stack.members) == {"decision_tree", "gaussian_nb"}


def test_models_are_chosen_by_folds_that_controls_do_not_need(run):
    folds = {record.model: record.cross_validation for record in run.records}
    assert len(folds["decision_tree"].folds) == 2
    assert folds["dummy"] is None


def test_the_leaderboard_is_there_before_models_are_kept_and_the_report_is_written(folder, places):
    class Onlooker(Silent):
        def compared(self, run_folder):
            self.left = {path.name for path in run_folder.iterdir()}
            self.blocks = [one.pairs for one in read_run(run_folder).summary.comparisons]

    onlooker = Onlooker()
    run_suite(load_suite(str(folder / "tiny.toml")), places, onlooker)
    assert onlooker.left & FILES == {
        "suite.toml",
        "run.json",
        "profile.json",
        "selection.json",
        "cases.jsonl",
    }
    assert len(onlooker.blocks[0]) == 3


def test_the_leaderboard_is_printed_once_and_a_run_goes_on_where_nobody_reads(run):
    told = []

    def tell(text):
        told.append(text)
        if len(told) == 1:
            raise BrokenPipeError

    board = Board(tell)
    board.show_early(run.path)
    board.show(run.path)
    board.show(run.path)
    assert len(told) == 2
    assert "Models on binary" in told[1]


def test_models_are_told_apart_by_paired_tests(run):
    (comparison,) = run.summary.comparisons
    assert {pair.first for pair in comparison.pairs} <= {"stack", "decision_tree", "gaussian_nb"}
    assert len(comparison.pairs) == 3
    assert "McNemar" in (run.path / "report.html").read_text()


def test_several_seeds_are_ranked_over_all_their_folds_and_each_has_its_stack(folder, places):
    models = 'models=["decision_tree", "gaussian_nb", "k_nearest_neighbors"]'
    suite = load_suite(str(folder / "tiny.toml"), overrides=[models, "seeds=[0, 1, 2]"])
    found = read_run(run_suite(suite, places, Silent()))
    assert sorted(record.seed for record in found.records if record.role == "stack") == [0, 1, 2]
    (comparison,) = found.summary.comparisons
    assert comparison.blocks == 6
    assert set(comparison.mean_ranks) == set(suite.models)
    assert len(comparison.pairs) == 12 * 11 / 2
    assert {path.stem[-1] for path in (found.path / "models").iterdir()} == {"0"}


def test_the_best_also_vote_where_a_suite_asks_for_it(folder, places):
    suite = load_suite(str(folder / "tiny.toml"), overrides=["vote=2", "stack=0", "seeds=[0,1]"])
    found = read_run(run_suite(suite, places, Silent())).records
    votes = [record for record in found if record.role == "stack"]
    assert sorted((vote.model, vote.seed, vote.status) for vote in votes) == [
        ("vote", 0, "done"),
        ("vote", 1, "done"),
    ]
    assert all(vote.voting == "soft" and len(vote.members) == 2 for vote in votes)


def test_only_on_the_splits_that_are_named_are_models_validated_and_stacked(folder, places):
    settings = ['splits=["random", "by_file"]', 'fold_splits=["random"]']
    suite = load_suite(str(folder / "tiny.toml"), overrides=settings)
    found = read_run(run_suite(suite, places, Silent())).records
    assert {record.split for record in found if record.cross_validation} == {"random"}
    assert [record.split for record in found if record.role == "stack"] == ["random"]
    assert {record.split for record in found if record.scores} == {"random", "by_file"}


def test_the_summary_tells_how_the_run_went_and_on_what(run):
    summary = json.loads((run.path / "run.json").read_text())
    assert (summary["status"], summary["run_id"]) == ("done", run.path.name)
    assert (summary["data"]["rows"], summary["data"]["files"]) == (4_000, 2)
    assert summary["synthetic"] is True
    assert (summary["cluster"]["kind"], summary["cluster"]["threads"]) == ("inline", 2)
    stages = {"ingest", "profile", "select", "split", "collapse", "zoo", "stack", "report"}
    assert stages <= set(summary["seconds"])
    assert summary["peak_memory_bytes"] > 10 * 2**20
    (ceiling,) = [one for one in summary["ceiling"] if "bins" not in one]
    best = max(record.scores["accuracy"].value for record in run.records)
    assert best <= ceiling["value"] <= 1


def test_the_selection_names_ten_features(run):
    (selection,) = json.loads((run.path / "selection.json").read_text())["selections"]
    assert (selection["task"], selection["split"], selection["k"]) == ("binary", "random", 10)
    assert sum(feature["selected"] for feature in selection["features"]) == 10


def test_the_winner_is_kept_with_the_features_and_classes_it_speaks_of(run):
    (description,) = (run.path / "models").glob("*.json")
    kept = json.loads(description.read_text())
    assert (run.path / "models" / kept["file"]).stat().st_size > 0
    assert kept["classes"] == ["Attack", "Benign"]
    assert len(kept["features"]) == 10


def test_the_stored_suite_is_the_suite_with_every_default(run, folder):
    text = (run.path / "suite.toml").read_text()
    assert text == suite_toml(load_suite(str(folder / "tiny.toml")))


def test_running_the_stored_suite_gives_the_same_records_to_the_last_bit(run, places):
    again = run_suite(load_suite(str(run.path / "suite.toml")), places, Silent())
    assert again != run.path
    assert _unmeasured(read_run(again)) == _unmeasured(run)


def test_other_files_workers_and_orders_of_arrival_give_the_same_records_to_the_last_bit(
    run, folder, in_files
):
    flows = in_files((folder / "csv").glob("*.csv"), folder / "in-7", 7)
    places = Places(data=tuple(flows[::-1]), home=folder / "data", runs=folder / "runs")
    two_processes = ["cluster.kind=local", "cluster.workers=2", "cluster.threads=1"]
    suite = load_suite(str(folder / "tiny.toml"), overrides=two_processes)
    again = read_run(run_suite(suite, places, Silent()))
    assert _unmeasured(again) == _unmeasured(run)
    assert again.summary.ceiling == run.summary.ceiling
    assert again.summary.conflicts == run.summary.conflicts


def test_a_model_that_fails_leaves_the_others_done_and_ends_with_status_1(threatbench, folder):
    broken = ["--set", "params.gaussian_nb.priors=[0.5,0.3,0.2]", "--json"]
    status, out, _ = threatbench(folder / "tiny.toml", *broken)
    records = {record["model"]: record for record in json.loads(out)["records"]}
    assert status == 1
    assert {name: record["status"] for name, record in records.items()} == {
        "dummy": "done",
        "decision_tree": "done",
        "one_rule": "done",
        "gaussian_nb": "failed",
        "stack": "skipped",
    }
    assert "Number of priors" in records["gaussian_nb"]["reason"]["message"]
    assert records["gaussian_nb"]["log_tail"]
    assert records["stack"]["reason"]["kind"] == "too_few_models"
    assert "fewer than two models ended well" in records["stack"]["reason"]["message"]


@pytest.mark.parametrize(
    ("role", "status", "expected"),
    [("stack", "skipped", 0), ("model", "skipped", 1), ("model", "worker_lost", 1)],
)
def test_a_refused_stack_is_no_failure_but_a_case_that_is_skipped_or_lost_is(
    run, role, status, expected
):
    first, *others = run.records
    made = {"role": role, "status": status, "reason": Reason(kind="made", message="up")}
    changed = first.model_copy(update=made)
    assert run_status(replace(run, records=(changed, *others))) == expected


def test_a_case_that_takes_too_long_is_timed_out_and_the_run_goes_on(threatbench, folder):
    late = ["--set", "limits.seconds=0.001"]
    status, out, _ = threatbench(folder / "tiny.toml", *late, "--json")
    records = json.loads(out)["records"]
    assert status == 1
    assert {record["status"] for record in records} == {"timed_out", "skipped"}


def test_an_interrupted_run_ends_in_order_within_seconds(folder):
    runs = folder / "interrupted"
    (folder / "endless.toml").write_text(ENDLESS)
    words = ["endless.toml", "--data", "csv", "--home", "data", "--runs", runs]
    command = [sys.executable, "-m", "bench.cli", "run", *map(str, words)]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True) as running:
        run_path = _first_record(runs, running)
        os.kill(running.pid, signal.SIGINT)
        _, told = running.communicate(timeout=20)
    assert running.returncode == 130
    assert "Traceback" not in told
    assert "threatbench: interrupted; what has ended is recorded" in told
    found = read_run(run_path)
    assert json.loads((run_path / "run.json").read_text())["status"] == "interrupted"
    assert {record.model: record.status for record in found.records} == {
        "dummy": "done",
        "gradient_boosting": "not_started",
        "decision_tree": "not_started",
        "stack": "not_started",
    }


def _first_record(runs, running):
    """The run's folder, once its first case has ended."""
    while running.poll() is None:
        for cases in runs.glob("*/cases.jsonl"):
            if cases.stat().st_size:
                return cases.parent
        time.sleep(0.05)
    raise AssertionError(running.communicate()[1])


def _unmeasured(run):
    """Everything that records say, but for times, places and memory."""
    return {record.case_id: record.model_dump(exclude=MEASURED) for record in run.records}
