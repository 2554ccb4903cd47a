from __future__ import annotations

import json

import dask
import pytest

from bench.ended import read_ended
from bench.errors import BenchError
from bench.one_writer import one_writer
from bench.places import Places
from bench.progress import Silent
from bench.runner import resume_run, run_suite
from bench.suite_file import load_suite
from pipeline.synthetic import write_dataset
from reports.run import read_run

SUITE = """
tasks = ["binary"]
models = ["dummy", "decision_tree", "gaussian_nb", "one_rule"]
folds = 2
stack = 2
[cluster]
kind = "inline"
"""
MEASURED = {"seconds", "worker", "peak_memory_bytes", "predict_rows_per_second", "started"}


class StopsAfterTwoRecords(Silent):
    """A display whose watcher presses Ctrl-C when two cases have ended."""

    def __init__(self):
        self.left = 2

    def record(self, record):
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt


@pytest.fixture
def places(tmp_path):
    with dask.config.set(scheduler="synchronous"):
        write_dataset(tmp_path / "csv", rows=4_000, files=2, seed=0)
    return Places(data=(tmp_path / "csv",), home=tmp_path / "data", runs=tmp_path / "runs")


@pytest.fixture
def suite(tmp_path):
    (tmp_path / "tiny.toml").write_text(SUITE)
    return load_suite(str(tmp_path / "tiny.toml"))


def scored(path):
    return {
        record.case_id: record.model_dump(exclude=MEASURED) for record in read_run(path).records
    }


def test_a_run_that_was_broken_off_ends_as_one_that_was_not_on_its_own_flows(places, suite):
    undisturbed = run_suite(suite, places, Silent())
    with pytest.raises(KeyboardInterrupt):
        run_suite(suite, places, StopsAfterTwoRecords())
    (broken,) = set(places.runs.iterdir()) - {undisturbed}
    begun = {record.case_id: record.started for record in read_run(broken).records}
    for name in ("cases.jsonl", "work/outcomes.jsonl"):
        with (broken / name).open("a") as file:
            file.write('{"half a line')

    flows, aside = places.data[0] / "part-00001.csv", places.home / "aside.csv"
    flows.rename(aside)
    with pytest.raises(BenchError, match="flows have changed"):
        resume_run(broken, Silent())
    aside.rename(flows)

    with one_writer(broken), pytest.raises(BenchError, match="another process is at work on"):
        resume_run(broken, Silent())

    assert resume_run(broken, Silent()) == broken
    assert scored(broken) == scored(undisturbed)
    started = {record.case_id: record.started for record in read_run(broken).records}
    repeated = [case for case, when in begun.items() if when and started[case] != when]
    assert sum(when is not None for when in begun.values()) == 2
    assert repeated == []
    assert json.loads((broken / "run.json").read_text())["status"] == "done"

    with pytest.raises(BenchError, match="has ended"):
        resume_run(broken, Silent())


def test_outcomes_that_are_not_there_are_none(tmp_path):
    assert read_ended(tmp_path / "outcomes.jsonl").outcomes == {}
