from __future__ import annotations

import numpy as np
from sklearn.preprocessing import StandardScaler

from pipeline.moments import class_moments
from pipeline.rows.scale import scaler_from, scaler_of


def test_moments_scale_as_fitting_on_the_rows_would(table):
    X, y = table
    found, wanted = scaler_of(class_moments(X, y, 3)), StandardScaler().fit(X)
    np.testing.assert_allclose(found.transform(X), wanted.transform(X), rtol=1e-9, atol=1e-9)
    assert (found.n_features_in_, found.n_samples_seen_) == (3, len(X))


def test_a_constant_feature_is_only_centred():
    X = np.full((50, 1), 0.1)
    found = scaler_of(class_moments(X, np.zeros(50, np.int64), 1))
    np.testing.assert_allclose(found.transform(X), StandardScaler().fit_transform(X), atol=1e-16)
    assert found.scale_.tolist() == [1.0]


def test_mean_and_variance_make_the_same_scaler_again(table):
    X, y = table
    found = scaler_of(class_moments(X, y, 3))
    again = scaler_from(found.mean_, found.var_, rows=len(X))
    np.testing.assert_array_equal(again.transform(X), found.transform(X))
