"""Any partitioning, any workers, any order of arrival: the same records to the last bit."""

from __future__ import annotations

import json
from contextlib import nullcontext

import dask
import numpy as np
import pytest

from bench.places import Places
from bench.preparation import Preparation
from bench.prepare import prepare
from bench.progress import Silent
from bench.runner import run_suite
from bench.suite_file import load_suite
from pipeline.dataset import load_dataset
from pipeline.ingest import ingest
from pipeline.synthetic import write_dataset
from reports.run import read_run

SUITE = """
tasks = ["family"]
splits = ["random", "distinct", "deduplicated"]
models = ["decision_tree", "gaussian_nb"]
folds = 2
stack = 2
ceiling_rows = 300
[cluster]
kind = "inline"
threads = 1
"""
TWO_WORKERS = ('cluster.kind="local"', "cluster.workers=2")
MEASURED = {"seconds", "worker", "peak_memory_bytes", "predict_rows_per_second", "started"}
OF_FLOWS = ("splits", "ceiling", "conflicts")
"""What run.json says of the flows; the rest of it is of the machine and of the files."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The same 1,500 flows in 1, 3 and 7 files whose names are in their order."""
    folder = tmp_path_factory.mktemp("determinism")
    with dask.config.set(scheduler="synchronous"):
        (source,) = write_dataset(folder / "whole", rows=1_500, files=1, seed=0)
    head, *rows = source.read_text().splitlines(keepends=True)
    for files in (1, 3, 7):
        (folder / f"in-{files}").mkdir()
        for number in range(files):
            piece = rows[len(rows) * number // files : len(rows) * (number + 1) // files]
            (folder / f"in-{files}" / f"part-{number}.csv").write_text(head + "".join(piece))
    (folder / "tiny.toml").write_text(SUITE)
    return folder


def suite_of(folder, *overrides):
    return load_suite(str(folder / "tiny.toml"), overrides=overrides)


def counted(folder, files, work):
    """The bytes of every bundle, and what is told of the flows in so many files."""
    dataset, store = load_dataset(), work / "store"
    with dask.config.set(scheduler="synchronous"):
        manifest = ingest([folder / f"in-{files}"], store=store, dataset=dataset)
        plan = Preparation(
            suite=suite_of(folder, 'tasks=["attack", "binary"]', "features=6"),
            dataset=dataset,
            store=store,
            manifest=manifest,
            labels=manifest.labels,
            work=work,
        )
        prepared = prepare(plan, stage=lambda _: nullcontext())
    arrays = {key: dict(np.load(path)) for key, path in prepared.bundles.items()}
    bits = {
        key: {name: (one.dtype, one.shape, one.tobytes()) for name, one in of_key.items()}
        for key, of_key in arrays.items()
    }
    return bits, _of_flows(prepared.facts)


def outcome(folder, files, *overrides, backwards=False):
    """All that a run of the flows in so many files says, but for what it measured."""
    data = sorted((folder / f"in-{files}").glob("*.csv"), reverse=backwards)
    places = Places(data=tuple(data), home=folder / "data", runs=folder / "runs")
    run = read_run(run_suite(suite_of(folder, *overrides), places, Silent()))
    records = {one.case_id: one.model_dump(exclude=MEASURED) for one in run.records}
    return records, _of_flows(json.loads((run.path / "run.json").read_text()))


def _of_flows(facts):
    """How many files there are is of the partitioning."""
    splits = [{k: v for k, v in one.items() if k != "files"} for one in facts["splits"]]
    return {key: facts[key] for key in OF_FLOWS} | {"splits": splits}


def test_the_same_flows_in_other_files_are_counted_and_dealt_to_the_same_bits(folder, tmp_path):
    found = []
    for files in (1, 3, 7):
        (tmp_path / str(files)).mkdir()
        found.append(counted(folder, files, tmp_path / str(files)))
    assert len(found[0][0]) == 6
    assert found[0] == found[1] == found[2]


def test_other_files_workers_and_orders_of_arrival_give_the_same_records(folder):
    records, told = outcome(folder, 3)
    assert len(records) == 9
    assert {record["status"] for record in records.values()} == {"done"}
    assert outcome(folder, 7, *TWO_WORKERS, backwards=True) == (records, told)
