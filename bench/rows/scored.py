"""What a confusion matrix says of a case, as its outcome holds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.scores import confusion_scores, scores_by_class
from pipeline.flows import Integers


def scored(confusion: Integers, labels: Sequence[str], *, seed: int) -> dict[str, Any]:
    """``rows_tested``, ``scores``, ``per_class`` and ``confusion`` of an outcome."""
    return {
        "rows_tested": int(confusion.sum()),
        "scores": confusion_scores(confusion, seed=seed),
        "per_class": scores_by_class(confusion, labels),
        "confusion": tuple(map(tuple, confusion.tolist())),
    }
