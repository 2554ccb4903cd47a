"""Mean ranks of models over folds, seeds, splits and tasks, and how far apart they must lie."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from math import isnan
from typing import Final, Literal

import pandas as pd

MODELS_AT_LEAST: Final = 3
BLOCKS_AT_LEAST: Final = 5
ORDERS: Final = {"higher": "descending", "lower": "ascending"}


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
    """Friedman's and Nemenyi's tests (Demsar 2006), as autorank has them.

    ``scores`` holds a score for each block by model, the blocks in one order. None comes back
    where there are fewer than three models or five blocks.
    """
    table = pd.DataFrame(scores)
    if table.shape[1] < MODELS_AT_LEAST or len(table) < BLOCKS_AT_LEAST:
        return None
    from autorank import autorank  # here since it brings a whole plotting library along

    # autorank prints its table, and its test of normality, which does not count here, warns.
    with redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = autorank(table, order=ORDERS[better], force_mode="nonparametric")
    return MeanRanks(
        ranks={str(name): float(rank) for name, rank in found.rankdf["meanrank"].items()},
        critical_difference=float(found.cd),
        p=1.0 if isnan(found.pvalue) else float(found.pvalue),  # no model differs anywhere
        blocks=len(table),
    )
