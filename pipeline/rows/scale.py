"""Standardising rows by moments that the partitions have come to already."""

from __future__ import annotations

import numpy as np
from sklearn.preprocessing import StandardScaler

from pipeline.moments import Moments


def scaler_of(moments: Moments) -> StandardScaler:
    """A fitted ``StandardScaler``, as fitting it on the rows of the moments would give.

    Classes are pooled. As in the original, a constant feature has scale 1.

    >>> from pipeline.moments import class_moments
    >>> found = scaler_of(class_moments(np.array([[1.0], [3.0]]), np.array([0, 1]), 2))
    >>> found.mean_.tolist(), found.scale_.tolist()
    ([2.0], [1.0])
    """
    pooled = moments.pooled()
    rows = int(pooled.count[0])
    return scaler_from(pooled.mean[0], pooled.m2[0] / max(rows, 1), rows=rows)


def scaler_from(mean: np.ndarray, variance: np.ndarray, *, rows: int) -> StandardScaler:
    """The same from each feature's mean and variance over so many rows."""
    scaler = StandardScaler()
    scaler.mean_, scaler.var_ = mean.copy(), variance.copy()
    scaler.scale_ = np.sqrt(np.where(_is_constant(mean, variance, rows), 1.0, variance))
    scaler.n_features_in_, scaler.n_samples_seen_ = len(mean), rows
    return scaler


def _is_constant(mean: np.ndarray, variance: np.ndarray, rows: int) -> np.ndarray:
    """Whether the variance is no more than rounding makes of a constant (Chan and others 1983)."""
    digit = np.finfo(np.float64).eps
    bound = rows * digit * variance + (rows * mean * digit) ** 2
    constant: np.ndarray = variance <= bound
    return constant
