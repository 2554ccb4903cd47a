"""Mean ranks of a run's models over every fold and seed of some tasks and splits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.metrics import METRICS
from pipeline.ranks import mean_ranks
from reports.ranking import Ranking
from reports.records import Record

Block = tuple[str, str, int, int | None]
"""Task, split, seed and fold; no fold where the score is that of the test part."""


def fold_ranks(rankings: Sequence[Ranking]) -> dict[str, Any]:
    """The ranks of the models that have a score in every block, as a comparison tells of them.

    The rankings are at least one, all by one metric. Nothing comes back where there are too few
    models or blocks to say anything.
    """
    metric = rankings[0].metric
    scores = _common(_blocks(rankings, metric))
    found = mean_ranks(scores, better=METRICS[metric].better)
    if found is None:
        return {}
    return {
        "mean_ranks": found.ranks,
        "critical_difference": found.critical_difference,
        "rank_p": found.p,
        "blocks": found.blocks,
    }


def _blocks(rankings: Sequence[Ranking], metric: str) -> dict[str, dict[Block, float]]:
    """The scores of every model by block: of folds where any model has them, else of test parts."""
    records = [entry.record for ranking in rankings for entry in ranking.entries]
    has_folds = any(record.cross_validation for record in records)
    blocks: dict[str, dict[Block, float]] = {}
    for record in records:
        scores = _folds(record) if has_folds else _test_part(record, metric)
        blocks.setdefault(record.model, {}).update(scores)
    return blocks


def _folds(record: Record) -> dict[Block, float]:
    folds = record.cross_validation.folds if record.cross_validation else ()
    place = (record.task, record.split, record.seed)
    return {(*place, fold): score for fold, score in enumerate(folds)}


def _test_part(record: Record, metric: str) -> dict[Block, float]:
    value = record.scores[metric].value
    return {} if value is None else {(record.task, record.split, record.seed, None): value}


def _common(blocks: dict[str, dict[Block, float]]) -> dict[str, list[float]]:
    """The models that have all blocks, with their scores in one order."""
    everywhere = {block for scores in blocks.values() for block in scores}
    return {
        model: [scores[block] for block in sorted(everywhere, key=str)]
        for model, scores in blocks.items()
        if scores.keys() == everywhere
    }
