from __future__ import annotations

import subprocess
import sys

import lightgbm
import numpy as np
import pytest
import xgboost
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from pipeline.boosting import CountedLightGBM, CountedXGBoost
from pipeline.zoo import find_model

ON_ROWS = {
    "hist_gradient_boosting": HistGradientBoostingClassifier(
        max_iter=8, min_samples_leaf=1, early_stopping=False, l2_regularization=1.0, random_state=0
    ),
    "xgboost": xgboost.XGBClassifier(n_estimators=8, n_jobs=1, random_state=0),
    "lightgbm": lightgbm.LGBMClassifier(
        n_estimators=8, min_child_samples=0, min_data_in_bin=1,
        feature_pre_filter=False,
        enable_bundle=False, deterministic=True, force_row_wise=True, n_jobs=1, random_state=0,
        verbosity=-1,
    ),
}  # fmt: skip
FEW = {
    "hist_gradient_boosting": {"max_iter": 8},
    "xgboost": {"n_estimators": 8},
    "lightgbm": {"n_estimators": 8, "reg_lambda": 0.0},
}


@pytest.fixture(autouse=True, scope="module")
def _one_thread():
    """Threads that outnumber free cores spin, and take minutes for milliseconds of work."""
    with threadpool_limits(1):
        yield


def table(seed, *, classes, grid, size=40):
    """No two sets of rows weigh the same, so that rounding seldom decides between two splits."""
    chance = np.random.default_rng(seed)
    X = chance.normal(size=(size, 3))
    if grid:
        X = np.round(2 * X)
    y = np.r_[np.arange(classes), chance.integers(0, classes, size - classes)]
    return X, y, chance.choice(np.arange(1, 400), size, replace=False)


@pytest.mark.parametrize("name", ON_ROWS)
@settings(max_examples=12, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1), classes=st.integers(2, 4), grid=st.booleans())
def test_boosting_is_the_same_on_counts_and_on_rows(name, seed, classes, grid):
    X, y, counts = table(seed, classes=classes, grid=grid)
    ours = find_model(name).build(0, FEW[name]).fit(X, y, sample_weight=counts)
    rows = clone(ON_ROWS[name]).fit(np.repeat(X, counts, axis=0), np.repeat(y, counts))
    np.testing.assert_allclose(ours.predict_proba(X), probabilities(rows, X), atol=1e-4)


@pytest.mark.parametrize("name", ON_ROWS)
def test_where_columns_have_more_values_than_bins_scores_on_counts_are_those_on_rows(name):
    chance = np.random.default_rng(5)
    y = chance.integers(0, 3, 6000)
    X = chance.normal(size=(6000, 2)) + 0.8 * y[:, np.newaxis]
    counts = chance.integers(1, 6, 6000)
    train, test = slice(0, 4000), slice(4000, None)
    ours = find_model(name).build(0, FEW[name]).fit(X[train], y[train], sample_weight=counts[train])
    rows = clone(ON_ROWS[name]).fit(
        np.repeat(X[train], counts[train], axis=0), np.repeat(y[train], counts[train])
    )
    found, expected = ours.predict(X[test]), predicted(rows, X[test])
    shares = [np.average(codes == y[test], weights=counts[test]) for codes in (found, expected)]
    assert abs(shares[0] - shares[1]) < 0.01


def test_lightgbm_with_the_zoo_s_penalty_scores_on_counts_what_it_scores_on_rows():
    shares = []
    for seed in range(8):
        X, y, counts = table(seed, classes=3, grid=True, size=60)
        ours = find_model("lightgbm").build(0, {"n_estimators": 8})
        rows = clone(ON_ROWS["lightgbm"]).set_params(reg_lambda=1.0)
        rows.fit(np.repeat(X, counts, axis=0), np.repeat(y, counts))
        found = ours.fit(X, y, sample_weight=counts).predict(X)
        shares.append([np.average(one == y, weights=counts) for one in (found, predicted(rows, X))])
    np.testing.assert_allclose(*np.mean(shares, axis=0), atol=0.01)


@pytest.mark.parametrize("model", [CountedXGBoost, CountedLightGBM])
def test_the_number_of_threads_changes_nothing(model):
    X, y, counts = table(3, classes=3, grid=False, size=100)
    one, two = (
        model(n_estimators=2, n_jobs=threads).fit(X, y, sample_weight=counts).predict_proba(X)
        for threads in (1, 2)
    )
    assert np.array_equal(one, two)


def test_a_zoo_that_is_only_looked_at_imports_neither_library():
    looked_at = (
        "import sys; from pipeline.zoo import ZOO; [model.build(0) for model in ZOO.values()];"
        " sys.exit(bool({'xgboost', 'lightgbm'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", looked_at], check=False).returncode == 0


def probabilities(model, X):
    """LightGBM's own wrapper warns of names that arrays do not have."""
    if not isinstance(model, lightgbm.LGBMClassifier):
        return model.predict_proba(X)
    found = model.booster_.predict(X)
    return np.column_stack([1 - found, found]) if found.ndim == 1 else found


def predicted(model, X):
    return probabilities(model, X).argmax(axis=1)
