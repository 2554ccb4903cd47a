from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest

from bench.planning.forecast import stage_seconds
from bench.planning.memory import peak_bytes
from bench.planning.past import fit_factors, memory_factor, paces, past_runs, told
from bench.suite_file import load_suite, suite_toml
from reports.example import write_example
from reports.example_cases import Shape

MODELS = ("decision_tree", "random_forest", "gradient_boosting")
SPLITS = ("random", "by_file")
SETTINGS = (
    f"models={json.dumps(MODELS)}",
    f"splits={json.dumps(SPLITS)}",
    'tasks=["attack"]',
)
UNMODELLED = {"keep", "recall", "price"}


@pytest.fixture
def make_run(tmp_path):
    """Write a run of the past: the example's records, so many rows, its seconds times a factor."""
    shape = Shape(models=MODELS, splits=SPLITS, failures=0)
    example = write_example(tmp_path / "example", shape=shape)

    def write(day, *, rows=173_777, slower=1.0, seconds=None, status="done"):
        path = tmp_path / "runs" / f"example-202601{day:02}T000000Z"
        shutil.copytree(example, path)
        facts = json.loads((path / "run.json").read_text())
        facts |= {"run_id": path.name, "status": status, "paths": ["/data/flows"]}
        facts["data"] |= {"rows": rows, "files": 8}
        facts["splits"] = [one | {"rows": rows} for one in facts["splits"]]
        facts["seconds"] = {
            stage: slower * spent for stage, spent in (seconds or facts["seconds"]).items()
        }
        (path / "run.json").write_text(json.dumps(facts))
        (path / "suite.toml").write_text(suite_toml(load_suite("nightly", overrides=SETTINGS)))
        return path

    return write


def predicted(past, one):
    scope = told(one.scope, past)
    return stage_seconds(scope, one.slots, paces(past, scope))


@pytest.mark.parametrize("rows", [10_000, 173_777, 46_686_579])
@pytest.mark.parametrize("slower", [0.3, 1.0, 20.0])
def test_a_run_is_predicted_from_itself_within_a_factor_of_one_and_a_half(
    make_run, tmp_path, rows, slower
):
    make_run(1, rows=rows, slower=slower)
    past = past_runs(tmp_path / "runs")
    took = past[0].run.summary.seconds
    found = predicted(past, past[0])
    ratio = sum(found[stage] for stage in took) / sum(took.values())
    assert 1 / 1.5 < ratio < 1.5


def test_every_stage_that_a_run_told_of_is_predicted_from_it(make_run, tmp_path):
    path = make_run(1)
    past = past_runs(tmp_path / "runs")
    told = set(past[0].run.summary.seconds) - UNMODELLED
    found = paces(past, past[0].scope)
    assert {name for name, pace in found.items() if pace.source == path.name} == told


def test_twice_the_seconds_in_the_past_are_twice_the_seconds_predicted(make_run, tmp_path):
    make_run(1, slower=1.0)
    (first,) = past_runs(tmp_path / "runs")
    make_run(2, slower=2.0)
    past = past_runs(tmp_path / "runs")
    assert predicted(past, first)["collapse"] == pytest.approx(
        2 * predicted([first], first)["collapse"]
    )


def test_the_run_nearest_in_work_is_the_one_that_counts(make_run, tmp_path):
    near = make_run(1, rows=40_000_000, slower=100)
    make_run(2, rows=8_000_000, slower=20)
    past = past_runs(tmp_path / "runs")
    assert paces(past, replace(past[0].scope, rows=30_000_000))["profile"].source == near.name


@pytest.mark.parametrize("machine", [0.5, 3.0])
def test_what_a_run_of_this_machine_told_does_not_depend_on_its_probe(make_run, tmp_path, machine):
    make_run(1)
    (plain,) = past_runs(tmp_path / "runs")
    (probed,) = past_runs(tmp_path / "runs", machine=machine)
    told_of = set(plain.run.summary.seconds) - UNMODELLED
    found, expected = predicted([probed], probed), predicted([plain], plain)
    assert {name: found[name] for name in told_of} == pytest.approx(
        {name: expected[name] for name in told_of}
    )


def test_a_small_run_is_no_history_of_the_work_of_a_large_one(make_run, tmp_path):
    small = make_run(1, rows=40_000)
    past = past_runs(tmp_path / "runs")
    large = replace(past[0].scope, rows=46_686_579, used_rows=46_686_579, files=169)
    found = paces(past, large)
    assert found["select"].source == found["collapse"].source == ""
    assert found["report"].source == small.name


def test_an_ingest_that_found_its_store_tells_nothing_of_the_next_one(make_run, tmp_path):
    make_run(1, rows=46_686_579, seconds={"ingest": 0.5, "profile": 3.0})
    past = past_runs(tmp_path / "runs")
    found = paces(past, replace(past[0].scope, rows_to_ingest=46_686_579))
    assert found["ingest"].source == ""
    assert found["profile"].source != ""


@pytest.mark.parametrize("status", ["failed", "interrupted", "running"])
def test_runs_that_did_not_end_well_are_no_history(make_run, tmp_path, status):
    make_run(1, status=status)
    assert past_runs(tmp_path / "runs") == []


def test_a_run_whose_suite_cannot_be_read_is_no_history(make_run, tmp_path):
    (make_run(1) / "suite.toml").write_text('name = "old"\nforgotten_key = 1\n')
    assert past_runs(tmp_path / "runs") == []


def test_each_models_own_fits_tell_how_long_it_takes(make_run, tmp_path):
    path = make_run(1)
    lines = [json.loads(line) for line in (path / "cases.jsonl").read_text().splitlines()]
    for record in lines:
        record["seconds"]["fit"] *= 3 if record["model"] == "random_forest" else 1
    before = fit_factors(past_runs(tmp_path / "runs"), 173_777)
    (path / "cases.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    after = fit_factors(past_runs(tmp_path / "runs"), 173_777)
    assert {"random_forest", "gradient_boosting"} <= set(before)
    assert after["random_forest"] / before["random_forest"] == pytest.approx(3)
    assert after["gradient_boosting"] == before["gradient_boosting"]


def test_the_peak_of_memory_is_that_of_the_run_itself(make_run, tmp_path):
    make_run(1)
    (one,) = past_runs(tmp_path / "runs")
    whole = sum(peak_bytes(one.scope, workers=one.workers, threads=one.threads))
    factor = memory_factor([one], one.scope.rows)
    assert factor * whole == pytest.approx(one.run.summary.peak_memory_bytes)
    assert memory_factor([], one.scope.rows) == 1.0
