from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import SGDClassifier

from pipeline.moments import class_moments
from pipeline.rows.incremental import fit_incremental
from pipeline.rows.scale import scaler_of


@pytest.fixture
def scaler(table, is_test):
    X, y = table
    return scaler_of(class_moments(X[~is_test], y[~is_test], 3))


def test_a_pass_over_one_part_is_one_partial_fit_on_its_standardised_rows(
    source_of, scaler, table, is_test
):
    X, y = scaler.transform(table[0][~is_test]), table[1][~is_test]
    wanted = _unfitted().partial_fit(X, y, classes=np.arange(3))
    found = fit_incremental(_unfitted(), scaler, source_of(1), seed=0)
    np.testing.assert_array_equal(found.coef_, wanted.coef_)
    assert found.t_ == (~is_test).sum() + 1


def test_every_training_row_is_learnt_from_once_and_the_model_is_as_good(
    source, scaler, table, is_test
):
    X, y = scaler.transform(table[0]), table[1]
    local = _unfitted().fit(X[~is_test], y[~is_test]).score(X[is_test], y[is_test])
    found = fit_incremental(_unfitted(), scaler, source, seed=0)
    assert found.t_ == (~is_test).sum() + 1
    assert abs(found.score(X[is_test], y[is_test]) - local) < 0.02


def test_the_same_seed_gives_the_same_model(source_of, scaler):
    first, second = (fit_incremental(_unfitted(), scaler, source_of(7), seed=2) for _ in range(2))
    np.testing.assert_array_equal(first.coef_, second.coef_)


def _unfitted():
    return SGDClassifier(
        loss="log_loss", average=True, learning_rate="constant", eta0=0.01, random_state=0
    )
