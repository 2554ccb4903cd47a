"""Mean ranks of models over folds, seeds, splits and tasks, and how far apart they must lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final, Literal

import numpy as np

from pipeline.paired import LEVEL

MODELS_AT_LEAST: Final = 3
BLOCKS_AT_LEAST: Final = 5


@dataclass(frozen=True, kw_only=True)
class MeanRanks:
    """Mean rank by model (1 is best), from ``blocks`` in which each model has a score.

    ``p`` is Friedman's, of no model differing; models whose mean ranks differ by more than
    ``critical_difference`` differ by Nemenyi's test at 5 %.
    """

    ranks: dict[str, float]
    critical_difference: float
    p: float
    blocks: int


def mean_ranks(
    scores: Mapping[str, Sequence[float]], *, better: Literal["higher", "lower"] = "higher"
) -> MeanRanks | None:
    """Friedman's and Nemenyi's tests, after Demsar (2006).

    ``scores`` holds a score for each block by model, the blocks in one order. None comes back
    where there are fewer than three models or five blocks.

    >>> found = mean_ranks({"a": [0.9] * 5, "b": [0.8] * 5, "c": [0.7] * 5})
    >>> found.ranks, round(found.critical_difference, 3), round(found.p, 3)
    ({'a': 1.0, 'b': 2.0, 'c': 3.0}, 1.482, 0.007)
    """
    from scipy.stats import friedmanchisquare, rankdata, studentized_range

    table = np.array(list(scores.values())).T
    models = len(scores)
    if models < MODELS_AT_LEAST or len(table) < BLOCKS_AT_LEAST:
        return None
    ranks = rankdata(-table if better == "higher" else table, axis=1).mean(axis=0)
    widest = studentized_range.ppf(1 - LEVEL, models, np.inf)
    differ = (table != table[:, :1]).any()
    return MeanRanks(
        ranks=dict(zip(scores, ranks.tolist(), strict=True)),
        critical_difference=float(widest * sqrt(models * (models + 1) / (12 * len(table)))),
        p=float(friedmanchisquare(*table.T).pvalue) if differ else 1.0,
        blocks=len(table),
    )
