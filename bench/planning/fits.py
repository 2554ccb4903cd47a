"""What one fit takes: measured seconds of each model, and what lies between and beyond them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from pipeline.model import MEASURED_CLASSES
from pipeline.zoo import find_model

SOURCE: Final = "fits of ten continuous columns and 34 classes on one core (pipeline/zoo.py)"

AFFORDED_SECONDS: Final = 10.0
"""What a model's budget of distinct rows takes about, by its definition."""

LEAST_SECONDS: Final = 0.01

Points = tuple[tuple[int, float], ...]

FITS: Final[Mapping[str, Points]] = {
    "logistic_regression": ((10_000, 2.5), (50_000, 14.0), (200_000, 64.0)),
    "decision_tree": ((50_000, 0.1), (100_000, 0.6), (200_000, 1.2)),
    "random_forest": ((10_000, 1.0), (50_000, 5.2), (200_000, 25.1)),
    "gradient_boosting": ((250, 0.9), (5_000, 13.4), (10_000, 28.3)),
    "ada_boost": ((10_000, 0.3), (50_000, 1.5), (200_000, 7.0)),
    "extra_trees": ((10_000, 0.4), (50_000, 2.2), (200_000, 13.9)),
    "svc": ((2_000, 0.2), (10_000, 4.3)),
    "k_nearest_neighbors": ((50_000, 0.1), (200_000, 0.4)),
    "gaussian_nb": ((200_000, 0.1),),
    "neural_network": ((1_000, 1.0), (10_000, 1.4), (50_000, 2.5), (200_000, 2.5)),
    "hist_gradient_boosting": ((5_000, 7.7), (10_000, 8.6), (50_000, 19.7), (200_000, 58.4)),
    "xgboost": ((5_000, 3.4), (10_000, 5.8), (50_000, 16.3)),
    "lightgbm": ((5_000, 4.4), (10_000, 5.2), (50_000, 11.9), (200_000, 37.2)),
    "linear_svc": ((10_000, 0.2), (50_000, 1.8), (200_000, 10.6)),
    "sgd_every_row": ((800_000, 2.0),),  # one pass over all rows, whatever the budget
    "xgboost_dask": ((5_000, 3.4), (10_000, 5.8), (50_000, 16.3)),
    "lightgbm_dask": ((5_000, 4.4), (10_000, 5.2), (50_000, 11.9), (200_000, 37.2)),
}
"""Distinct rows and CPU seconds; those of the trees also from a nightly at full size.

A model without an entry takes ten seconds at its budget."""

PREDICTIONS: Final[Mapping[str, float]] = {
    "random_forest": 17.0,
    "extra_trees": 31.0,
    "ada_boost": 18.0,
    "gradient_boosting": 75.0,
    "hist_gradient_boosting": 229.0,
    "gaussian_nb": 15.0,
    "quadratic_discriminant": 22.0,
}
"""CPU seconds for a million test rows of 46 columns and 34 classes where they lie, read and
predicted, in a nightly-all at full size; a model without an entry takes ``PREDICTION``."""

PREDICTION: Final = 5.0

SAMPLE_PREDICTIONS: Final[Mapping[str, float]] = {"svc": 70.0, "k_nearest_neighbors": 260.0}
"""CPU seconds of predicting as many rows as a model affords that is too slow for every test row:
100,000 of 46 columns, in a nightly-all at full size."""


def fit_seconds(model: str, *, rows: int, classes: int, features: int = 10) -> float:
    """CPU seconds of one fit by the reference; what grows does so in proportion beyond the ends.

    >>> fit_seconds("random_forest", rows=50_000, classes=8)
    5.2
    >>> round(fit_seconds("linear_discriminant", rows=2_000_000, classes=34), 3)
    10.0
    >>> round(fit_seconds("logistic_regression", rows=400_000, classes=17), 3)
    64.0
    """
    entry = find_model(model)
    points = FITS.get(model) or ((entry.affords_distinct_rows, AFFORDED_SECONDS),)
    share = classes / MEASURED_CLASSES if entry.fits_each_class else 1.0
    seconds = share * (features / 10) * _between(points, max(rows, 1))
    return max(LEAST_SECONDS, round(seconds, 6))


def _between(points: Points, rows: int) -> float:
    sizes, seconds = np.array(points, np.float64).T
    inside = float(np.clip(rows, sizes[0], sizes[-1]))
    at = np.exp(np.interp(np.log(inside), np.log(sizes), np.log(seconds)))
    return float(at) * rows / inside
