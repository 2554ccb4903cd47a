"""What an outcome says: the rows that a fit saw, the scores of what was predicted."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

from bench.orders import Order
from bench.scores import confusion_scores, scores_by_class, scores_of_values
from bench.watch import Watch
from pipeline.flows import CountedFlows, Integers
from pipeline.judged import judge
from pipeline.metrics import confusion_matrix
from pipeline.predict import Predictions


def rows_facts(asked: CountedFlows, used: CountedFlows) -> dict[str, Any]:
    """How many training flows there were and how many the fit saw; where fewer, why."""
    why = (
        f"{asked.distinct_rows:,} distinct rows are more than the model affords;"
        f" drawn down to {used.distinct_rows:,}"
        if used.rows < asked.rows
        else None
    )
    return {
        "rows_asked": asked.rows,
        "rows_used": used.rows,
        "rows_why": why,
        "distinct_rows": used.distinct_rows,
    }


def scored(
    order: Order, test: CountedFlows, predictions: Predictions, watch: Watch
) -> dict[str, Any]:
    """What the record says of a test part and of what a model said of it."""
    with watch.stage("score"):
        confusion = confusion_of(test, predictions)
        judged = judge(test, predictions, benign=order.benign, seed=order.case.seed)
        return {
            "rows_tested": test.rows,
            "scores": confusion_scores(confusion, seed=order.case.seed) | scores_of_values(judged),
            "per_class": scores_by_class(confusion, test.labels),
            "confusion": tuple(map(tuple, confusion.tolist())),
        }


def model_bytes(model: object) -> int:
    """The length of the model's pickle, which is written nowhere: a forest's may be 200 MB.

    >>> model_bytes([1, 2, 3]) == len(pickle.dumps([1, 2, 3]))
    True
    """
    length = _Length()
    pickle.Pickler(length).dump(model)
    return length.bytes


class _Length:
    """A file that keeps nothing but how long it is."""

    def __init__(self) -> None:
        self.bytes = 0

    def write(self, part: bytes | memoryview) -> None:
        self.bytes += memoryview(part).nbytes


def confusion_of(flows: CountedFlows, predictions: Predictions) -> Integers:
    """The confusion matrix in flows."""
    return confusion_matrix(
        flows.y, predictions.codes, counts=flows.counts, classes=len(flows.labels)
    )


def result_path(order: Order, model: str, fold: int | None = None) -> Path:
    """Where the predictions of a model (the order's, or a member of its stack) are kept."""
    case = order.case.model_copy(update={"model": model})
    first = order.model_copy(update={"case": case, "fold": fold, "turn": 0})
    return Path(order.results) / f"{first.unit}.npz"
