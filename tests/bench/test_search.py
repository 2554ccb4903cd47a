from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import make_scorer, matthews_corrcoef
from sklearn.model_selection import GridSearchCV, PredefinedSplit
from sklearn.tree import DecisionTreeClassifier

from bench.cases import zoo_records
from bench.desk import Desk
from bench.ended import read_ended
from bench.progress import Silent
from bench.search import search
from bench.spread import cool_workers
from bench.suite_file import load_suite
from cluster.connect import open_cluster

KEY = ("attack", "random", "decision_tree")
GRID = {"max_depth": [1, 2, 3], "criterion": ["gini", "entropy"]}
SUITE = [
    'tasks=["attack"]',
    'models=["decision_tree", "gaussian_nb"]',
    "folds=3",
    "choose_by=mcc",
    "cluster.kind=inline",
    "search.decision_tree.max_depth=[1, 2, 3]",
    'search.decision_tree.criterion=["gini", "entropy"]',
]


@pytest.fixture
def desk(bundle_path, tmp_path):
    def make(*overrides):
        suite = load_suite("smoke", overrides=[*SUITE, *overrides])
        return Desk(
            suite=suite,
            bundles={KEY[:2]: bundle_path},
            work=tmp_path,
            ended=read_ended(tmp_path / "outcomes.jsonl"),
            slots=1,
            progress=Silent(),
        )

    return make


@contextmanager
def cluster(desk):
    """The suite's cluster, whose children end with it."""
    with open_cluster(desk.suite.cluster) as client:
        try:
            yield
        finally:
            cool_workers(client)


def of_rows(bundle):
    """What scikit-learn's own search finds on the expanded rows, with the same folds."""
    parts = [bundle.only(fold) for fold in range(3)]
    X = np.vstack([np.repeat(part.X, part.counts, axis=0) for part in parts])
    y = np.concatenate([np.repeat(part.y, part.counts) for part in parts])
    fold = np.repeat(range(3), [part.rows for part in parts])
    return GridSearchCV(
        DecisionTreeClassifier(random_state=0),
        GRID,
        scoring=make_scorer(matthews_corrcoef),
        cv=PredefinedSplit(fold),
    ).fit(X, y)


def test_a_search_finds_what_grid_search_finds_on_the_rows_and_the_case_is_run_with_it(
    desk, bundle
):
    desk = desk()
    with cluster(desk):
        found = search(desk)
        records = {one.model: one for one in zoo_records(replace(desk, searched=found))}
    theirs = of_rows(bundle)
    scores = theirs.cv_results_
    means = {
        tuple(sorted(params.items())): mean
        for params, mean in zip(scores["params"], scores["mean_test_score"], strict=True)
    }
    assert len(found[KEY]) == 6
    for candidate in found[KEY]:
        assert candidate.mean == pytest.approx(means[tuple(sorted(candidate.params.items()))])
    assert found[KEY][0].mean == pytest.approx(theirs.best_score_)
    assert records["decision_tree"].params == found[KEY][0].params
    assert records["decision_tree"].search == found[KEY]
    assert records["decision_tree"].cross_validation.mean == found[KEY][0].mean
    assert records["gaussian_nb"].search == ()


def test_a_candidate_that_fails_has_no_mean_and_is_not_chosen(desk):
    desk = desk("search.gaussian_nb.priors=[[0.5, 0.5], [0.2, 0.3, 0.5]]")
    with cluster(desk):
        best, failed = search(desk)["attack", "random", "gaussian_nb"]
    assert best.params == {"priors": [0.2, 0.3, 0.5]}
    assert (failed.mean, failed.folds) == (None, ())


def test_what_was_tried_before_an_interruption_is_not_tried_again(desk):
    first = desk()
    with cluster(first):
        found = search(first)
        again = replace(desk(), bundles={KEY[:2]: first.work / "gone.npz"})
        assert search(again) == found
