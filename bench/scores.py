"""Scores as a record holds them: of the confusion matrix, of each class, of a model's values."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.class_intervals import class_intervals
from pipeline.flows import Integers
from pipeline.judged import Judged
from pipeline.metrics import METRICS, class_scores, estimates
from pipeline.value_metrics import VALUE_METRICS, value_scores
from reports.records import ClassScore, Score


def confusion_scores(confusion: Integers, *, seed: int) -> dict[str, Score]:
    """Every metric of the confusion matrix, with its interval."""
    return {
        name: Score(value=one.value, low=one.low, high=one.high, better=METRICS[name].better)
        for name, one in estimates(confusion, seed=seed).items()
    }


def scores_of_values(judged: Judged) -> dict[str, Score]:
    """Every metric of a model's values, with its interval."""
    return {
        name: Score(
            value=one.value,
            why=one.why,
            low=one.low,
            high=one.high,
            better=VALUE_METRICS[name].better,
        )
        for name, one in value_scores(judged).items()
    }


def scores_by_class(confusion: Integers, labels: Sequence[str]) -> dict[str, ClassScore]:
    """How every class fared, by its name."""
    columns = (column.tolist() for column in class_scores(confusion))
    return {
        label: ClassScore(
            precision=precision,
            recall=recall,
            f1=f1,
            support=support,
            precision_interval=ends.precision,
            recall_interval=ends.recall,
        )
        for label, ends, precision, recall, f1, support in zip(
            labels, class_intervals(confusion), *columns, strict=True
        )
    }
