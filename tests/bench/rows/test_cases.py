from __future__ import annotations

import json

import pytest

from bench.places import Places
from bench.progress import Silent
from bench.runner import run_suite
from bench.suite_file import load_suite
from pipeline.rows.stored import read_model
from reports.run import read_run

SUITE = """
tasks = ["attack"]
features = 46
grain = "rows"
folds = 2
stack = 2
models = ["dummy", "decision_tree", "k_nearest_neighbors", "sgd_every_row", "lightgbm_dask"]
budgets = {decision_tree = 1_500, k_nearest_neighbors = 600, lightgbm_dask = 1_000}
params = {lightgbm_dask = {n_estimators = 3}}
[cluster]
kind = "inline"
"""
MEASURED = {"seconds", "worker", "peak_memory_bytes", "predict_rows_per_second", "started"}
UNSURE = {"model_bytes", "log_tail"}


@pytest.fixture(scope="module")
def run_of(flows, tmp_path_factory):
    """A run of the suite, with these changes, on four files of flows."""
    folder = tmp_path_factory.mktemp("runs")
    (folder / "tiny.toml").write_text(SUITE)
    places = Places(data=(flows,), home=folder / "data", runs=folder / "runs")

    def run(*overrides):
        suite = load_suite(str(folder / "tiny.toml"), overrides=overrides)
        return read_run(run_suite(suite, places, Silent()))

    return run


@pytest.fixture(scope="module")
def ran(run_of):
    return run_of()


@pytest.fixture(scope="module")
def records(ran):
    return {record.model: record for record in ran.records}


@pytest.mark.filterwarnings("ignore")
def test_every_case_is_done_on_the_grain_of_rows(records):
    done = {name: record.status for name, record in records.items()}
    assert done.pop("stack") == "skipped"
    assert set(done.values()) == {"done"}
    assert {records[name].grain for name in done} == {"rows"}


def test_the_ledger_says_what_each_was_asked_given_and_why(records):
    used = {name: record.rows_used for name, record in records.items() if record.rows_used}
    assert used == {
        "dummy": 3_200,
        "decision_tree": 1_500,
        "k_nearest_neighbors": 600,
        "sgd_every_row": 3_200,
        "lightgbm_dask": 1_000,
    }
    assert {records[name].rows_asked for name in used} == {3_200}
    assert "the suite gives it 1,500 rows of 46 features" in records["decision_tree"].rows_why
    assert records["sgd_every_row"].rows_why is None


def test_every_test_row_is_predicted_and_the_confusion_holds_them_all(records):
    for name in ("decision_tree", "k_nearest_neighbors", "sgd_every_row", "lightgbm_dask"):
        assert records[name].rows_tested == sum(map(sum, records[name].confusion)) == 800
        assert records[name].predict_rows_per_second > 0
        assert records[name].scores["accuracy"].value > 0.6


def test_what_would_need_a_value_for_every_class_is_not_scored_and_the_record_says_why(records):
    for name in ("decision_tree", "k_nearest_neighbors", "sgd_every_row", "lightgbm_dask"):
        area = records[name].scores["roc_auc_macro"]
        assert area.value is None
        assert "on the rows grain the workers tell the class" in area.why


def test_the_model_that_was_chosen_and_scored_is_kept(ran):
    (description,) = (ran.path / "models").glob("*.json")
    kept = json.loads(description.read_text())
    model = read_model(ran.path / "models" / kept["file"])
    assert len(kept["features"]) == model.n_features_in_ == 46
    assert kept["model"] == "decision_tree"


def test_models_that_predict_every_test_row_are_compared_on_those_rows(ran, records):
    (comparison,) = ran.summary.comparisons
    pairs = {(pair.first, pair.second): pair for pair in comparison.pairs}
    assert {name for pair in pairs for name in pair} >= {"sgd_every_row", "lightgbm_dask"}
    for (first, second), pair in pairs.items():
        scores = [records[name].scores["accuracy"].value for name in (first, second)]
        assert pair.difference == pytest.approx(scores[0] - scores[1])
        assert pair.fold_p is None


def test_models_are_chosen_by_folds_where_the_cluster_is_not_needed_for_one_fit(records):
    assert len(records["decision_tree"].cross_validation.folds) == 2
    assert records["sgd_every_row"].cross_validation is None


def test_a_stack_of_models_that_saw_other_rows_is_refused_in_words(records):
    assert records["stack"].status == "skipped"
    assert "each has its own rows" in records["stack"].reason.message


@pytest.mark.filterwarnings("ignore")
def test_a_second_run_gives_the_same_records_to_the_last_bit(run_of, records):
    again = {record.model: record for record in run_of().records}
    measured = MEASURED | UNSURE
    for name, record in records.items():
        assert again[name].model_dump(exclude=measured) == record.model_dump(exclude=measured)


def test_a_model_of_the_whole_cluster_is_skipped_where_flows_are_counted(run_of):
    found = run_of("grain='auto'", "features=4", "models=['dummy', 'sgd_every_row']", "budgets={}")
    records = {record.model: record for record in found.records}
    assert records["dummy"].status == "done"
    assert records["sgd_every_row"].status == "skipped"
    assert records["sgd_every_row"].reason.kind == "needs_rows"
