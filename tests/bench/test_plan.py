from __future__ import annotations

import json
import shutil
import signal
import sys
from collections import namedtuple

import pytest

import bench.plan as plan_module
from bench.cli import app
from bench.data import find_store, open_store
from bench.failures import exit_status
from bench.planning import disk
from bench.suite_file import load_suite
from pipeline.dataset import load_dataset
from pipeline.synthetic import write_dataset

Usage = namedtuple("Usage", "total used free")
SHAPES = ["asked", "laptop", "10 nodes", "100 nodes"]


@pytest.fixture
def plan(monkeypatch, capsys, tmp_path):
    """Status, stdout and stderr of `threatbench plan`, on a machine as that of the rates."""
    monkeypatch.setattr(plan_module, "machine_factor", lambda: 1.0)
    handler = signal.getsignal(signal.SIGTERM)

    def run(*words):
        places = ["--home", tmp_path / "home", "--runs", tmp_path / "runs"]
        argv = ["threatbench", "plan", *words, *places]
        monkeypatch.setattr(sys, "argv", list(map(str, argv)))
        return exit_status(app), *capsys.readouterr()

    yield run
    signal.signal(signal.SIGTERM, handler)


@pytest.fixture(scope="module")
def flows(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plan") / "flows"
    write_dataset(folder, rows=3_000, files=3, seed=0)
    return folder


def test_a_suite_that_fits_is_told_for_every_shape_with_status_0(plan):
    status, out, err = plan("demo")
    assert (status, err) == (0, "")
    assert "demo: 12 cases of 12 models on family x random" in out
    assert "12 fits, 50 folds, 1 stacks" in out
    assert all(shape in out for shape in SHAPES)
    assert out.rstrip().endswith("verdict: fits")


def test_the_json_holds_what_the_text_says_and_nothing_is_written(plan, tmp_path):
    status, out, _ = plan("demo", "--json")
    told = json.loads(out)
    assert status == 0
    assert told["fits"] is True
    assert told["rows"] == told["rows_to_write"] == 40_000
    assert [one["shape"] for one in told["forecasts"]] == SHAPES
    asked = told["forecasts"][0]
    assert asked["total_seconds"] == pytest.approx(sum(asked["seconds"].values()))
    assert not list(tmp_path.iterdir())


def test_the_rows_of_csv_files_are_told_from_their_bytes(plan, flows):
    told = json.loads(plan("demo", "--data", flows, "--json")[1])
    assert told["files"] == 3
    assert told["rows"] == told["rows_to_ingest"] == pytest.approx(3_000, rel=0.1)


def test_flows_that_are_in_the_store_need_no_ingest(plan, flows, tmp_path):
    suite, dataset = load_suite("demo"), load_dataset()
    open_store(suite, dataset, paths=[flows], home=tmp_path / "home")
    store, _ = find_store(suite, dataset, paths=[flows], home=tmp_path / "home")
    for data in (flows, store):
        told = json.loads(plan("demo", "--data", data, "--json")[1])
        assert (told["rows"], told["rows_to_ingest"]) == (3_000, 0)
        assert told["forecasts"][0]["seconds"]["ingest"] == 0


@pytest.mark.parametrize(
    ("settings", "place", "remedy"),
    [
        (["cluster.memory='100 MiB'"], "cluster.memory", "raise it"),
        (["limits.memory='1 MiB'"], "limits.memory", "raise it"),
        (["cluster.wall_seconds=12", "limits.seconds=1"], "cluster.wall_seconds", "ask for more"),
        (["cluster.workers=5000"], "asked", "cluster.workers"),
    ],
)
def test_what_cannot_finish_is_refused_with_place_and_remedy_and_status_2(
    plan, settings, place, remedy
):
    status, out, err = plan("demo", *(word for one in settings for word in ("--set", one)))
    assert status == 2
    assert err.startswith(f"threatbench: {place}")
    assert remedy in err
    assert "verdict: cannot finish as asked" in out


def test_models_that_the_limit_would_end_are_named_and_the_rest_still_fits(plan):
    words = ("--set", "limits.seconds=3", "--set", "budgets.svc=10_000")
    status, out, _ = plan("demo", *words)
    assert status == 0
    assert "limits.seconds = 3 is predicted to end cases of svc;" in out
    assert json.loads(plan("demo", "--json", *words)[1])["late_models"] == ["svc"]
    assert json.loads(plan("demo", "--json")[1])["late_models"] == []


def test_a_machine_that_takes_twice_as_long_is_told_twice_the_seconds(plan, monkeypatch):
    seconds = json.loads(plan("demo", "--json")[1])["forecasts"][0]["total_seconds"]
    monkeypatch.setattr(plan_module, "machine_factor", lambda: 2.0)
    told = json.loads(plan("demo", "--json")[1])
    assert told["machine"] == 2.0
    assert told["forecasts"][0]["total_seconds"] == pytest.approx(2 * seconds)
    assert "shipped reference rates, times 2.00 on this machine" in plan("demo")[1]
    limited = ("demo", "--json", "--set", "budgets.svc=10_000", "--set", "limits.seconds=6")
    assert json.loads(plan(*limited)[1])["late_models"] == ["svc"]


def test_a_disk_that_is_too_small_is_named(plan, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10, 9, 1))
    status, out, err = plan("demo", "--json")
    assert status == 2
    assert "--home" in err
    assert "make space" in err
    assert any("are free" in fault for fault in json.loads(out)["faults"])
    assert disk.shutil is shutil


@pytest.mark.parametrize("words", [["no-such-suite"], ["demo", "--data", "no/such/folder"]])
def test_what_is_not_there_is_one_sentence_and_status_2(plan, words):
    status, out, err = plan(*words)
    assert (status, out) == (2, "")
    assert err.startswith("threatbench: ")
    assert "Traceback" not in err
