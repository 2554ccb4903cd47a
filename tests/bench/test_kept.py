from __future__ import annotations

import json
import os
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime

import dask
import numpy as np
import pytest

from bench.bundle import load_bundle
from bench.kept import CONTENT, FOLDER, prepare_once, prepared_key
from bench.preparation import Preparation
from bench.suite import Suite
from pipeline.dataset import load_dataset
from pipeline.ingest import ingest
from pipeline.manifest import read_manifest
from pipeline.synthetic import write_dataset

TASKS = {"tasks": ("family", "binary"), "folds": 2, "distinct_rows": 300, "ceiling_rows": 500}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept")
    dataset = load_dataset("ciciot2023")
    with dask.config.set(scheduler="synchronous"):
        write_dataset(folder / "csv", rows=3_000, files=2, seed=0)
        ingest([folder / "csv"], store=folder / "store", dataset=dataset)
    return folder / "store"


@pytest.fixture
def plan(store, tmp_path):
    manifest = read_manifest(store)
    return Preparation(
        suite=Suite(name="kept", **TASKS),
        dataset=load_dataset("ciciot2023"),
        store=store,
        manifest=manifest,
        labels=tuple(manifest.labels),
        work=tmp_path,
    )


def prepared(plan):
    stages = []
    with dask.config.set(scheduler="synchronous"):
        found, made = prepare_once(plan, stage=lambda name: nullcontext(stages.append(name)))
    return found, made, stages


def with_suite(plan, **values):
    return replace(plan, suite=plan.suite.model_copy(update=values))


@pytest.mark.parametrize(("asked", "grain"), [("binned", "binned"), ("auto", "rows")])
def test_what_is_recalled_is_what_was_prepared_to_the_last_bit(plan, tmp_path, asked, grain):
    plan = with_suite(plan, grain=asked)
    first, made, stages = prepared(plan)
    assert made is None
    assert "collapse" in stages
    (tmp_path / "later").mkdir()
    again, made, stages = prepared(replace(plan, work=tmp_path / "later"))
    assert isinstance(made, datetime)
    assert stages == ["recall"]
    assert again.bundles.keys() == first.bundles.keys()
    for key, path in first.bundles.items():
        a, b = load_bundle(str(path)), load_bundle(str(again.bundles[key]))
        assert all(
            np.array_equal(getattr(a.train, name), getattr(b.train, name))
            for name in ("X", "y", "counts")
        )
        assert np.array_equal(a.folds, b.folds)
        assert again.grains[key].name == first.grains[key].name == grain
        for fact in ("features", "bins", "distinct_rows_exact", "share", "train_rows"):
            assert getattr(again.grains[key], fact) == getattr(first.grains[key], fact)
        for feature, bins in first.grains[key].cut.items():
            assert np.array_equal(bins.starts, again.grains[key].cut[feature].starts)
            assert np.array_equal(bins.values, again.grains[key].cut[feature].values)
    assert as_json(again.facts) == as_json(first.facts)
    assert as_json(again.selections) == as_json(first.selections)


def as_json(value):
    return json.loads(json.dumps(value))


@pytest.mark.parametrize(
    "values", [{"models": ("svc",)}, {"stack": 0}, {"choose_on": "test"}, {"name": "other"}]
)
def test_what_leaves_the_flows_alone_shares_them(plan, values):
    plan = with_suite(plan, models=("dummy",), distinct_rows=300)
    assert prepared_key(with_suite(plan, **values)) == prepared_key(plan)


@pytest.mark.parametrize(
    "values",
    [
        {"features": 5}, {"seed": 1}, {"split_seed": 1}, {"folds": 3}, {"select_on": "all"},
        {"splits": ("by_file",)}, {"tasks": ("attack",)}, {"distinct_rows": 500},
        {"grain": "exact"}, {"test_size": 0.3}, {"ceiling_rows": 100},
    ],
    ids=str,
)  # fmt: skip
def test_what_the_flows_depend_on_has_them_counted_anew(plan, values):
    assert prepared_key(with_suite(plan, **values)) != prepared_key(plan)


def test_other_flows_or_other_labels_have_them_counted_anew(plan):
    other = replace(plan.manifest, fingerprint="0" * 64)
    assert prepared_key(replace(plan, manifest=other)) != prepared_key(plan)
    assert prepared_key(replace(plan, labels=plan.labels[1:])) != prepared_key(plan)


def test_what_nobody_has_used_for_a_month_is_forgotten(plan):
    old = plan.store / FOLDER / "unused"
    old.mkdir(parents=True, exist_ok=True)
    os.utime(old, (0, 0))
    prepared(with_suite(plan, seed=9))
    assert not old.exists()
    kept = list((plan.store / FOLDER).iterdir())
    assert kept
    assert all((folder / CONTENT).exists() for folder in kept)
