from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.preprocessing import StandardScaler

from bench.rows import jobs
from bench.rows.bundle import RowBundle, RowTable
from bench.watch import Watch
from pipeline.zoo import find_model

ROWS, FOLDS, AFFORDED = 900, 3, 90


class Noting(DummyClassifier):
    asked_rows: ClassVar[list[int]] = []

    def predict(self, X):
        self.asked_rows.append(len(X))
        return super().predict(X)


@pytest.fixture
def slow(monkeypatch):
    """k nearest neighbours that afford 90 rows, and what they are asked to predict."""
    monkeypatch.setattr(Noting, "asked_rows", [])
    model = replace(find_model("k_nearest_neighbors"), estimator=Noting, affords_test_rows=AFFORDED)
    monkeypatch.setattr(jobs, "find_model", lambda name: model)
    return Noting.asked_rows


@pytest.fixture
def rows():
    X = np.random.default_rng(0).normal(size=(ROWS, 2))
    y = np.arange(ROWS) % 2
    rank = np.arange(ROWS) // 2
    table = RowTable(X=X, y=y, rank=rank, class_rows=np.bincount(y))
    scaler = StandardScaler().fit(X)
    return RowBundle(
        features=("a", "b"), labels=("Benign", "Flood"), scaler=scaler, train=table, test=table
    )


def test_a_slow_model_predicts_no_more_of_all_folds_than_of_the_test_part(slow, rows, order):
    done = [
        jobs.fold_rows(order("row_fold", "k_nearest_neighbors", fold=fold), rows, Watch())
        for fold in range(FOLDS)
    ]
    assert sum(slow) == AFFORDED
    assert max(slow) - min(slow) <= 2
    assert [one["rows_used"] for one in done] == [ROWS * 2 // 3] * 3


def test_a_slow_model_is_tested_on_what_it_affords_and_says_so(slow, rows, order):
    found = jobs.fit_rows(order("row_fit", "k_nearest_neighbors"), rows, Watch())
    assert slow == [AFFORDED]
    assert "90 drawn from 900" in found["test_why"]
