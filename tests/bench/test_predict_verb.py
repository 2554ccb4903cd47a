from __future__ import annotations

import csv
import io
import subprocess
import sys

import dask
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import confusion_matrix
from sklearn.model_selection import train_test_split

from bench.cli import app
from bench.failures import exit_status
from bench.places import Places
from bench.predict_verb import COLUMNS, predict
from bench.progress import Silent
from bench.runner import run_suite
from bench.suite_file import load_suite
from pipeline.synthetic import write_dataset
from reports.run import read_run

SUITE = """
tasks = ["attack", "binary"]
models = ["gaussian_nb", "decision_tree", "dummy"]
folds = 2
stack = 0
price_rows = 0
ceiling_rows = 0
[cluster]
kind = "inline"
threads = 2
"""
GRAINS = {"exact": [], "binned": ["distinct_rows=300"], "rows": []}


@pytest.fixture(scope="module")
def csv_files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("csv")
    with dask.config.set(scheduler="synchronous"):
        return write_dataset(folder, rows=4_000, files=2, seed=0)


@pytest.fixture(scope="module")
def run_of(csv_files, tmp_path_factory):
    """The folder of a finished run on these files, of a grain; each is run once."""
    folder = tmp_path_factory.mktemp("predict")
    (folder / "tiny.toml").write_text(SUITE)
    places = Places(data=(csv_files[0].parent,), home=folder / "data", runs=folder / "runs")
    runs = {}

    def run(grain):
        if grain not in runs:
            overrides = [f"grain={grain}", *GRAINS[grain]]
            suite = load_suite(str(folder / "tiny.toml"), overrides=overrides)
            runs[grain] = run_suite(suite, places, Silent())
        return runs[grain]

    return run


@pytest.fixture(scope="module")
def run(run_of):
    return run_of("exact")


@pytest.fixture
def ask(run):
    """What is answered of some files: a row for each line, and the closing sentence."""

    def answers(*paths, task="attack", run=run):
        stream = io.StringIO()
        told = predict(run, paths, task=task, split=None, answers=stream)
        return list(csv.DictReader(io.StringIO(stream.getvalue()))), told

    return answers


@pytest.fixture
def flows(csv_files, tmp_path):
    """Write a file of the first three lines of flows, as changed."""
    header, *lines = csv_files[0].read_text().splitlines()[:4]

    def write(*changed, header=header):
        path = tmp_path / "flows.csv"
        path.write_text("\n".join([header, *changed]) + "\n")
        return path

    write.header, write.lines = header.split(","), lines
    return write


@pytest.mark.parametrize("grain", GRAINS)
def test_the_test_rows_of_the_run_are_labelled_as_its_record_says(grain, run_of, ask, csv_files):
    folder = run_of(grain)
    (kept,) = (folder / "models").glob("attack-*.skops")
    (record,) = [one for one in read_run(folder).records if one.case_id == kept.stem]
    assert record.grain == grain
    answers, _ = ask(*csv_files, run=folder)
    truth = pd.concat([pd.read_csv(path) for path in csv_files])["label"].to_numpy()
    _, test = train_test_split(np.arange(len(truth)), test_size=0.2, random_state=42)
    said = np.array([answer["predicted"] for answer in answers])
    classes = list(record.per_class)
    np.testing.assert_array_equal(
        confusion_matrix(truth[test], said[test], labels=classes), record.confusion
    )


def test_every_line_has_its_file_its_number_and_a_probability(ask, csv_files):
    answers, told = ask(*csv_files)
    assert list(answers[0]) == list(COLUMNS)
    found = [(answer["file"], int(answer["line"])) for answer in answers]
    assert found == [(str(path), line) for path in csv_files for line in range(2, 2_002)]
    assert all(0 < float(answer["probability"]) <= 1 for answer in answers)
    assert told.startswith("4,000 flows labelled by attack-random-")


def test_flows_are_labelled_without_a_label_and_by_the_needed_columns_alone(
    run, ask, csv_files, flows
):
    expected, _ = ask(csv_files[0])
    table = pd.read_csv(csv_files[0], dtype=str)
    (selection,) = [one for one in read_run(run).selections if one.task == "attack"]
    needed = [row.feature for row in selection.features if row.selected]
    path = flows(*table[needed[::-1]].agg(",".join, axis=1), header=",".join(needed[::-1]))
    found, _ = ask(path)
    assert [one | {"file": ""} for one in found] == [one | {"file": ""} for one in expected]


def test_a_line_that_is_no_flow_or_incomplete_is_told_at_its_place(run, ask, flows):
    (selection,) = [one for one in read_run(run).selections if one.task == "attack"]
    needed = next(row.feature for row in selection.features if row.selected)
    values = flows.lines[1].split(",")
    values[flows.header.index(needed)] = ""
    path = flows(flows.lines[0], "1,2", "", ",".join(values), flows.lines[2].replace("DoS", "\1"))
    answers, told = ask(path)
    assert [int(answer["line"]) for answer in answers] == [2, 3, 5, 6]
    assert [bool(answer["predicted"]) for answer in answers] == [True, False, False, True]
    faults = [answer["fault"] for answer in answers]
    assert faults[1] == f"2 fields, where the header has {len(flows.header)}"
    assert faults[2] == f"column {needed!r} is null or infinite"
    assert "2 flows labelled" in told
    assert "2 lines without a label" in told


@pytest.fixture
def misuse(monkeypatch, capsys):
    """The sentence of a call that ends with status 2, and writes nothing to stdout."""

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["threatbench", "predict", *map(str, words)])
        assert exit_status(app) == 2
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1)
        return err

    return call


def test_what_cannot_be_labelled_is_one_sentence_before_anything_is_written(
    run, misuse, flows, csv_files, tmp_path
):
    assert "nowhere: no such run folder" in misuse("nowhere", csv_files[0])
    assert "attack on random, binary on random are kept; choose by" in misuse(run, csv_files[0])
    assert "did you mean 'attack'" in misuse(run, csv_files[0], "--task", "atack")
    assert "missing.csv: no such file" in misuse(run, "missing.csv", "--task", "attack")
    assert "no CSV file in this folder" in misuse(run, tmp_path, "--task", "attack")
    strange = flows("1,2", header="a,b")
    told = misuse(run, csv_files[0], strange, "--task", "attack")
    assert f"{strange}: none of its columns is one of the run" in told
    assert "unknown split of a kept model 'distinct'" in misuse(run, strange, "--split", "distinct")


def test_a_run_that_kept_no_model_says_how_to_come_by_one(misuse, csv_files, tmp_path):
    (tmp_path / "run.json").write_text("{}")
    told = misuse(tmp_path, csv_files[0])
    assert "no model is kept there" in told
    assert f"--resume {tmp_path}" in told


def test_a_model_that_is_damaged_is_named(run, misuse, csv_files, tmp_path):
    (tmp_path / "run.json").write_text("{}")
    (tmp_path / "models").mkdir()
    for path in (run / "models").glob("attack-*"):
        (tmp_path / "models" / path.name).write_bytes(path.read_bytes()[:1000])
    (description,) = (run / "models").glob("attack-*.json")
    (tmp_path / "models" / description.name).write_bytes(description.read_bytes())
    assert f"{tmp_path / 'models' / description.stem}.skops: cannot be read" in misuse(
        tmp_path, csv_files[0]
    )


def test_a_column_that_the_model_needs_is_named(run, misuse, flows):
    (selection,) = [one for one in read_run(run).selections if one.task == "attack"]
    needed = next(row.feature for row in selection.features if row.selected)
    header = ",".join("other" if name == needed else name for name in flows.header)
    told = misuse(run, flows(*flows.lines, header=header), "--task", "attack")
    assert f"release v1 needs the column {needed!r}" in told


def test_answers_go_to_a_file_that_comes_whole_or_to_who_wants_only_the_first(
    run, csv_files, tmp_path
):
    words = [sys.executable, "-m", "bench.cli", "predict", run, *csv_files, "--task", "binary"]
    into = subprocess.run([*words, "--output", tmp_path / "out.csv"], capture_output=True)
    assert (into.returncode, into.stdout) == (0, b"")
    assert into.stderr.startswith(b"4,000 flows labelled by binary-random-")
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 4_001
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as asked:
        assert asked.stdout.readline() == b"file,line,predicted,probability,fault\n"
        asked.stdout.close()
        assert b"Traceback" not in asked.stderr.read()
