from __future__ import annotations

import dask
import numpy as np
import pytest

from bench.bundle import load_bundle
from bench.desk import Desk
from bench.ended import Ended
from bench.execute import perform
from bench.preparation import Preparation
from bench.price import price_of_binning
from bench.price_sample import price_samples
from bench.progress import Silent
from bench.suite import Suite
from pipeline.bins import MOST_BINS, cut_features
from pipeline.dataset import load_dataset
from pipeline.grain import Grain
from pipeline.ingest import ingest
from pipeline.ladder import read_ladder
from pipeline.synthetic import write_dataset
from pipeline.zoo import find_model

DATASET = load_dataset()
FEATURES = ("Protocol Type", "AVG", "IAT", "TCP")
KEY = ("family", "random")


class Here(Desk):
    """A desk that carries orders out itself."""

    def send(self, orders):
        yield from map(perform, orders)


@pytest.fixture(scope="module")
def ingested(tmp_path_factory):
    folder = tmp_path_factory.mktemp("price")
    with dask.config.set(scheduler="synchronous"):
        write_dataset(folder / "csv", rows=3_000, files=3, seed=0)
        return folder / "store", ingest([folder / "csv"], store=folder / "store", dataset=DATASET)


@pytest.fixture
def plan(ingested, tmp_path):
    store, manifest = ingested
    return Preparation(
        suite=Suite(
            name="tiny", tasks=("family",), models=("decision_tree", "dummy"), price_rows=1_500
        ),
        dataset=DATASET,
        store=store,
        manifest=manifest,
        labels=manifest.labels,
        work=tmp_path,
    )


def grain(plan, most):
    ladder = read_ladder(plan.store, plan.manifest, FEATURES)
    bins = ladder.bins[MOST_BINS.index(most)]
    cut = {name: bins[FEATURES.index(name)] for name in cut_features(FEATURES, bins)}
    return Grain(
        features=FEATURES,
        bins=most,
        cut=cut,
        distinct_rows=0,
        distinct_rows_exact=0,
        is_estimate=False,
    )


@pytest.fixture
def sample(plan):
    with dask.config.set(scheduler="synchronous"):
        return price_samples(plan, {KEY: grain(plan, 8)})[KEY]


def rows_of(form):
    """Features and class of every test row, as a model sees them."""
    test = load_bundle(str(form.bundle)).test
    return np.column_stack([test.X, test.y])[form.place]


def test_both_forms_hold_the_same_rows_and_one_of_them_is_binned(plan, sample):
    raw, binned = rows_of(sample.raw), rows_of(sample.binned)
    assert raw[:, -1].tolist() == binned[:, -1].tolist() == sample.y.tolist()
    for number, name in enumerate(FEATURES):
        cut = grain(plan, 8).cut
        expected = cut[name].of_rows(raw[:, number]) if name in cut else raw[:, number]
        assert binned[:, number].tolist() == expected.tolist()
    assert len(np.unique(raw[:, 2])) > len(np.unique(binned[:, 2])) == 8


def test_half_the_sample_is_tested_and_every_label_is_in_it(plan, sample):
    bundle = load_bundle(str(sample.raw.bundle))
    assert bundle.train.rows + bundle.test.rows == sample.rows
    assert abs(bundle.train.rows - bundle.test.rows) <= len(plan.labels)
    assert set(bundle.train.y.tolist()) == set(range(sample.classes))


def test_a_task_has_one_sample_and_one_that_was_not_binned_has_none(plan):
    exact = Grain(
        features=FEATURES,
        bins=None,
        cut={},
        distinct_rows=0,
        distinct_rows_exact=0,
        is_estimate=False,
    )
    with dask.config.set(scheduler="synchronous"):
        both = price_samples(plan, {KEY: grain(plan, 8), ("family", "by_file"): grain(plan, 8)})
        assert list(both) == [KEY]
        assert price_samples(plan, {KEY: exact}) == {}


def test_the_price_is_the_difference_of_scores_on_the_same_rows(plan, sample):
    desk = Here(
        suite=plan.suite,
        bundles={},
        work=plan.work,
        ended=Ended(path=plan.work / "outcomes.jsonl"),
        slots=1,
        progress=Silent(),
    )
    tree, dummy = price_of_binning(desk, {KEY: sample})
    assert (tree["model"], tree["status"], tree["bins"]) == ("decision_tree", "done", 8)
    for score in ("accuracy", "f1_macro"):
        difference = tree[f"{score}_binned"] - tree[f"{score}_raw"]
        assert tree[f"{score}_difference"] == pytest.approx(difference)
        assert tree[f"{score}_low"] <= difference <= tree[f"{score}_high"]
        assert dummy[f"{score}_difference"] == dummy[f"{score}_low"] == 0.0
    bundle = load_bundle(str(sample.raw.bundle))
    fitted = find_model("decision_tree").build(plan.suite.seed)
    fitted.fit(bundle.train.X, bundle.train.y, sample_weight=bundle.train.counts)
    said = fitted.predict(rows_of(sample.raw)[:, :-1])
    assert tree["accuracy_raw"] == pytest.approx((said == sample.y).mean())
