"""The notebook suite against the study's own steps: one pandas frame, one model after another."""

from __future__ import annotations

import math
import warnings
from collections import Counter
from contextlib import nullcontext

import dask
import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import (
    AdaBoostClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, confusion_matrix, precision_score, recall_score
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from bench.bundle import load_bundle
from bench.data import chosen_labels, open_store
from bench.places import Places
from bench.preparation import Preparation
from bench.prepare import prepare
from bench.progress import Silent
from bench.runner import run_suite
from bench.suite_file import load_suite
from pipeline.dataset import load_dataset
from pipeline.synthetic import write_dataset
from pipeline.synthetic.pick import labels_of_family
from reports.run import read_run

ROWS = 5_000
STUDY = {
    "logistic_regression": LogisticRegression(max_iter=500),
    "decision_tree": DecisionTreeClassifier(random_state=0),
    "random_forest": RandomForestClassifier(random_state=0),
    "gradient_boosting": GradientBoostingClassifier(random_state=0),
    "ada_boost": AdaBoostClassifier(random_state=0),
    "extra_trees": ExtraTreesClassifier(random_state=0),
    "k_nearest_neighbors": KNeighborsClassifier(),
    "gaussian_nb": GaussianNB(),
    "neural_network": MLPClassifier(max_iter=500, random_state=0),
    "svc": SVC(random_state=0),
}
TO_THE_DIGIT = ("decision_tree", "gradient_boosting", "ada_boost", "gaussian_nb", "extra_trees")
TO_A_THOUSANDTH = ("logistic_regression", "svc")
BY_CHANCE = ("random_forest", "neural_network")


@pytest.fixture(scope="module")
def csv_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ddos")
    with dask.config.set(scheduler="synchronous"):
        write_dataset(folder, rows=ROWS, files=3, seed=4, labels=labels_of_family("DDoS"))
    return folder


@pytest.fixture(scope="module")
def suite():
    return load_suite("notebook", overrides=["cluster.kind=inline", "cluster.threads=2"])


@pytest.fixture(scope="module")
def places(csv_folder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebook")
    return Places(data=(csv_folder,), home=folder / "data", runs=folder / "runs")


@pytest.fixture(scope="module")
def run(suite, places):
    return read_run(run_suite(suite, places, Silent()))


@pytest.fixture(scope="module")
def found(run):
    """Record by model."""
    return {record.model: record for record in run.records}


@pytest.fixture(scope="module")
def frame(csv_folder):
    return pd.concat([pd.read_csv(path) for path in sorted(csv_folder.glob("*.csv"))]).dropna()


@pytest.fixture(scope="module")
def selector(frame):
    with warnings.catch_warnings():
        # Some columns have no spread at all, one has none within any class.
        warnings.filterwarnings("ignore", "Features .* are constant|invalid value|divide by zero")
        return SelectKBest(f_classif, k=10).fit(frame.drop(columns="label"), frame["label"])


@pytest.fixture(scope="module")
def parts(frame, selector):
    """Training features, test features, training labels, test labels."""
    selected = selector.get_feature_names_out()
    return train_test_split(frame[selected], frame["label"], test_size=0.2, random_state=42)


@pytest.fixture(scope="module")
def predicted(parts):
    """What each model of the study says of the test part."""
    train, test, labels, _ = parts
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the study stops at 500 iterations
        return {name: model.fit(train, labels).predict(test) for name, model in STUDY.items()}


def test_every_model_of_the_study_is_done(found):
    assert {name: found[name].status for name in STUDY} == dict.fromkeys(STUDY, "done")


def test_the_same_ten_features_are_selected_by_the_same_f(run, selector, frame):
    (selection,) = run.selections
    chosen = {row.feature for row in selection.features if row.selected}
    assert chosen == set(selector.get_feature_names_out())
    F = {row.feature: row.F for row in selection.features}
    expected = dict(zip(frame.drop(columns="label").columns, selector.scores_, strict=True))
    finite = {name for name, f in expected.items() if np.isfinite(f)}
    assert {name for name, f in F.items() if f is not None} == finite
    for name in finite:
        # Where F is small the original's sums cancel, and it has fewer digits to agree in.
        assert F[name] == pytest.approx(expected[name], rel=1e-9 if name in chosen else 1e-6)


def test_the_same_rows_are_test_rows(suite, places, parts, run, tmp_path):
    dataset = load_dataset(suite.profile)
    with dask.config.set(scheduler="synchronous"):
        store, manifest = open_store(suite, dataset, paths=places.data, home=places.home)
        labels = chosen_labels(suite, dataset, manifest.labels)
        plan = Preparation(
            suite=suite,
            dataset=dataset,
            store=store,
            manifest=manifest,
            labels=labels,
            work=tmp_path,
        )
        prepared = prepare(plan, stage=lambda _: nullcontext())
    bundle = load_bundle(str(prepared.bundles["attack", "random"]))
    train, test, train_labels, test_labels = parts
    columns = list(bundle.train.features)
    assert _table(bundle.test) == _rows(test[columns], test_labels)
    assert _table(bundle.train) == _rows(train[columns], train_labels)


@pytest.mark.parametrize("model", TO_THE_DIGIT)
def test_what_knows_no_chance_scores_the_same_to_four_digits(model, found, predicted, parts):
    expected = _scores(parts[3], predicted[model])
    assert _found_scores(found[model]) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize("model", TO_THE_DIGIT)
def test_what_knows_no_chance_gets_the_same_flows_wrong(model, found, predicted, parts):
    classes = sorted({*parts[2], *parts[3]})
    expected = confusion_matrix(parts[3], predicted[model], labels=classes)
    np.testing.assert_array_equal(found[model].confusion, expected)


@pytest.mark.parametrize("model", TO_A_THOUSANDTH)
def test_what_a_solver_finds_scores_the_same_to_a_thousandth(model, found, predicted, parts):
    expected = _scores(parts[3], predicted[model])
    assert _found_scores(found[model]) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("model", BY_CHANCE)
def test_what_draws_by_chance_scores_the_same_within_sampling_error(model, found, predicted, parts):
    expected = accuracy_score(parts[3], predicted[model])
    assert abs(_accuracy(found[model]) - expected) <= _sampling_error(expected, len(parts[3]))


def test_the_network_scores_as_the_original_that_meets_the_same_flows_sorted(found, parts):
    train, test, labels, test_labels = parts
    order = np.lexsort((labels, *train.to_numpy().T[::-1]))
    original = MLPClassifier(max_iter=500, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        original.fit(train.iloc[order], labels.iloc[order])
    expected = _scores(test_labels, original.predict(test))
    assert _found_scores(found["neural_network"]) == pytest.approx(expected, abs=3e-3)


def test_the_nearest_neighbours_are_no_worse(found, predicted, parts):
    expected = accuracy_score(parts[3], predicted["k_nearest_neighbors"])
    least = expected - _sampling_error(expected, len(parts[3]))
    assert _accuracy(found["k_nearest_neighbors"]) >= least


def test_the_three_most_accurate_on_the_test_part_are_stacked_best_first(found, suite):
    assert found["stack"].status == "done"
    order = sorted(STUDY, key=suite.models.index)
    best = sorted(order, key=lambda model: -_accuracy(found[model]))[:3]
    assert list(found["stack"].members) == best


def _sampling_error(accuracy, rows):
    """Three standard errors of the difference of two accuracies on so many test rows.

    As if the two models were tested on different rows; on the same rows, as here, they differ less.
    """
    return 3 * math.sqrt(2 * accuracy * (1 - accuracy) / rows)


def _accuracy(record):
    return record.scores["accuracy"].value


def _scores(truth, guess):
    return {
        "accuracy": accuracy_score(truth, guess),
        "precision_weighted": precision_score(truth, guess, average="weighted", zero_division=0),
        "recall_weighted": recall_score(truth, guess, average="weighted", zero_division=0),
    }


def _found_scores(record):
    names = ("accuracy", "precision_weighted", "recall_weighted")
    return {name: record.scores[name].value for name in names}


def _table(flows):
    """How often each (features, label) occurs, of counted flows."""
    keys = zip(map(tuple, flows.X.tolist()), np.array(flows.labels)[flows.y], strict=True)
    return Counter(dict(zip(keys, flows.counts.tolist(), strict=True)))


def _rows(features, labels):
    """How often each (features, label) occurs, of rows."""
    return Counter(zip(map(tuple, (features.to_numpy() + 0.0).tolist()), labels, strict=True))
