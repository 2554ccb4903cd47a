"""Which models are best, and who stacks with whom."""

from __future__ import annotations

from collections.abc import Sequence

from bench.suite import Suite
from reports.records import Record


def best_models(records: Sequence[Record], suite: Suite) -> list[str]:
    """The models that are done, best first by the suite's metric; controls are never chosen.

    Of equal ones the earlier in the suite comes first, as in the study's sort, in whatever order
    the cases have ended.
    """
    scored = [
        (-merit, suite.models.index(record.model), record.model)
        for record in records
        if record.role == "model" and (merit := _merit(record, suite)) is not None
    ]
    return [model for _, _, model in sorted(scored)]


def of_split(records: Sequence[Record], task: str, split: str, *, seed: int) -> list[Record]:
    """The records of one task and split with one seed."""
    wanted = (task, split, seed)
    return [record for record in records if (record.task, record.split, record.seed) == wanted]


def _merit(record: Record, suite: Suite) -> float | None:
    """The score to choose by: on the held-out folds, or on the test part as the study has it."""
    if record.status != "done":
        return None
    if suite.choose_on == "test":
        return record.scores[suite.choose_by].value
    return record.cross_validation.mean if record.cross_validation else None
