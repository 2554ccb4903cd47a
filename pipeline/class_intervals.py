"""How certain each class's precision and recall are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

from pipeline.flows import Integers
from pipeline.metrics import INTERVAL


@dataclass(frozen=True, kw_only=True)
class ClassIntervals:
    """Ends of the intervals of one class's scores; None where no flow tells of it."""

    precision: tuple[float, float] | None
    recall: tuple[float, float] | None


def class_intervals(confusion: Integers) -> list[ClassIntervals]:
    """Wilson's 95 % interval of the precision and of the recall of every class.

    >>> class_intervals(np.array([[9, 1], [0, 0]]))[1].recall is None
    True
    """
    places = zip(
        np.diagonal(confusion).tolist(),
        confusion.sum(axis=0).tolist(),
        confusion.sum(axis=1).tolist(),
        strict=True,
    )
    return [
        ClassIntervals(precision=_wilson(hits, claimed), recall=_wilson(hits, support))
        for hits, claimed, support in places
    ]


def _wilson(hits: int, trials: int) -> tuple[float, float] | None:
    if not trials:
        return None
    # The test against the share itself costs nothing, and the interval is the same.
    interval = binomtest(hits, trials, hits / trials).proportion_ci(INTERVAL, method="wilson")
    return float(interval.low), float(interval.high)
