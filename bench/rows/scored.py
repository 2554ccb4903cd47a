"""What a confusion matrix says of a case, as its outcome holds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from bench.scores import confusion_scores, scores_by_class
from pipeline.flows import Integers
from pipeline.value_metrics import VALUE_METRICS
from reports.records import Score

NO_VALUES: Final = (
    "on the rows grain the workers tell the class of every test row, and no value for each class"
)


def scored(confusion: Integers, labels: Sequence[str], *, seed: int) -> dict[str, Any]:
    """``rows_tested``, ``scores``, ``per_class`` and ``confusion`` of an outcome."""
    return {
        "rows_tested": int(confusion.sum()),
        "scores": confusion_scores(confusion, seed=seed) | _no_values(),
        "per_class": scores_by_class(confusion, labels),
        "confusion": tuple(map(tuple, confusion.tolist())),
    }


def _no_values() -> dict[str, Score]:
    return {
        name: Score(value=None, why=NO_VALUES, better=metric.better)
        for name, metric in VALUE_METRICS.items()
    }
