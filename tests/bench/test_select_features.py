from __future__ import annotations

from contextlib import nullcontext

import dask
import numpy as np
import pytest
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.model_selection import StratifiedKFold, cross_val_predict, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier

from bench.bundle import load_bundle
from bench.preparation import Preparation
from bench.prepare import prepare
from bench.suite import Suite
from pipeline.dataset import Dataset, Release
from pipeline.ingest import ingest

FEATURES = ("a", "b", "c", "d", "e", "twin")
LABELS = ("Calm", "Flood", "Scan")
FOLDS = 4
SEED = 3


@pytest.fixture(scope="module")
def table():
    """Five features that tell the classes about equally well, so that folds choose differently."""
    chance = np.random.default_rng(11)
    y = chance.choice(3, 400, p=[0.5, 0.3, 0.2])
    X = np.round(chance.normal(size=(400, 5)) + 0.4 * y[:, np.newaxis])
    return np.column_stack([X, X[:, 4]]), np.array(LABELS)[y]


@pytest.fixture(scope="module")
def plan(table, tmp_path_factory):
    """What is to be prepared of the table, in three files."""
    folder = tmp_path_factory.mktemp("select")
    lines = [f"{','.join(map(str, x))},{label}" for x, label in zip(*table, strict=True)]
    for number, some in enumerate(np.array_split(lines, [90, 300])):
        text = "\n".join([",".join([*FEATURES, "label"]), *some])
        (folder / f"{number}.csv").write_text(text + "\n")
    dataset = Dataset(
        name="small",
        label_columns=("label",),
        benign_family="Benign",
        releases=(Release(name="v1", features=FEATURES),),
        families={"Calm": "Benign", "Flood": "DDoS", "Scan": "Recon"},
    )

    def of(**settings):
        suite = {"folds": FOLDS, "seed": SEED, "features": 2} | settings
        work = tmp_path_factory.mktemp("work")
        with dask.config.set(scheduler="synchronous"):
            return Preparation(
                suite=Suite(name="tiny", **suite),
                dataset=dataset,
                store=folder / "store",
                manifest=ingest([folder], store=folder / "store", dataset=dataset),
                labels=LABELS,
                work=work,
            )

    return of


def prepared(plan):
    with dask.config.set(scheduler="synchronous"):
        return prepare(plan, stage=nullcontext)


def held_out_rows(X, y):
    splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    return [rows for _, rows in splitter.split(X, y)]


def test_each_fold_is_counted_on_what_select_k_best_chooses_without_it(plan, table):
    train_X, _, train_y, _ = train_test_split(*table, test_size=0.2, random_state=42)
    X, y = in_file_order(table, train_X, train_y)
    found = prepared(plan())
    bundle = load_bundle(str(found.bundles["attack", "random"]))
    chosen = []
    for fold, rows in enumerate(held_out_rows(X, y)):
        outside = np.delete(np.arange(len(y)), rows)
        best = SelectKBest(f_classif, k=2).fit(X[outside], y[outside]).get_support()
        chosen.append(tuple(np.array(FEATURES)[best]))
        assert bundle.only(fold).features == bundle.without(fold).features == chosen[-1]
        assert rows_in(bundle.only(fold)) == sorted(zip(*X[rows][:, best].T, y[rows], strict=True))
        assert rows_in(bundle.without(fold)) == sorted(
            zip(*X[outside][:, best].T, y[outside], strict=True)
        )
    assert len(set(chosen)) > 1, "the folds of this table are meant to differ"
    stability = found.selections[0]["stability"]
    assert [tuple(names) for names in stability["folds"]] == chosen
    whole = SelectKBest(f_classif, k=2).fit(X, y).get_support()
    differing = [n for n, names in enumerate(chosen) if names != tuple(np.array(FEATURES)[whole])]
    assert stability["own_features"] == differing
    assert bundle.train.features == tuple(np.array(FEATURES)[whole])


def test_out_of_fold_predictions_are_those_of_a_pipeline_that_selects_inside_each_fold(plan, table):
    train_X, _, train_y, _ = train_test_split(*table, test_size=0.2, random_state=42)
    X, y = in_file_order(table, train_X, train_y)
    theirs = cross_val_predict(
        make_pipeline(SelectKBest(f_classif, k=2), DecisionTreeClassifier(random_state=0)),
        X,
        y,
        cv=StratifiedKFold(FOLDS, shuffle=True, random_state=SEED),
    )
    bundle = load_bundle(str(prepared(plan()).bundles["attack", "random"]))
    for fold, rows in enumerate(held_out_rows(X, y)):
        train = bundle.without(fold)
        tree = DecisionTreeClassifier(random_state=0)
        tree.fit(train.X, train.y, sample_weight=train.counts)
        columns = [FEATURES.index(name) for name in train.features]
        ours = np.array(LABELS)[tree.predict(X[rows][:, columns])]
        assert ours.tolist() == theirs[rows].tolist()


def test_where_features_are_selected_on_all_rows_every_fold_has_the_same(plan):
    found = prepared(plan(select_on="all"))
    bundle = load_bundle(str(found.bundles["attack", "random"]))
    assert not bundle.own
    assert found.selections[0]["stability"] is None
    np.testing.assert_array_equal(bundle.folds.sum(axis=1), bundle.train.counts)


def test_each_split_selects_on_the_rows_that_it_may_see(plan, table):
    splits = ("random", "by_file", "distinct")
    found = prepared(plan(splits=splits, fold_splits=("random",), test_size=0.3))
    said = {selection["split"]: selection for selection in found.selections}
    X, y = table
    F = {split: [one["F"] for one in said[split]["features"]] for split in splits}
    np.testing.assert_allclose(F["by_file"], f_classif(X[:300], y[:300])[0], rtol=1e-9)
    np.testing.assert_allclose(F["distinct"], f_classif(X, y)[0], rtol=1e-9)
    assert [said[split]["select_on"] for split in splits] == ["train", "train", "all"]
    assert [said[split]["stability"] is None for split in splits] == [False, True, True]
    folds = load_bundle(str(found.bundles["attack", "by_file"])).folds
    assert folds.shape[1] == FOLDS


def test_a_selection_tells_of_duplicates_and_of_mutual_information(plan):
    (selection,) = prepared(plan()).selections
    assert [(one["code"], one["feature"]) for one in selection["findings"]] == [("S002", "twin")]
    features = {feature["feature"]: feature for feature in selection["features"]}
    assert features["twin"]["warning"] == "S002 duplicate: equal to e in every flow"
    assert features["twin"]["mutual_information"] == features["e"]["mutual_information"] > 0
    assert "from 320 rows" in selection["binning"]
    assert sum(feature["stability"] for feature in features.values()) == pytest.approx(2)


def in_file_order(table, X, y):
    """The rows of a part of the table, in the order in which they stand in the files."""
    everything = np.arange(len(table[1]))
    rows, _ = train_test_split(everything, test_size=0.2, random_state=42)
    assert np.array_equal(table[0][rows], X)
    assert np.array_equal(table[1][rows], y)
    return table[0][np.sort(rows)], table[1][np.sort(rows)]


def rows_in(flows):
    return sorted(
        (*x, flows.labels[code])
        for x, code, count in zip(flows.X.tolist(), flows.y, flows.counts, strict=True)
        for _ in range(count)
    )
