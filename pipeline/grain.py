"""Grain: how finely flows were told apart, what it was measured by, and what was lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.bins import Bins, cut_features
from pipeline.coarseness import EXACT, most_bins
from pipeline.counted import Counted
from pipeline.ladder import Ladder


@dataclass(frozen=True, kw_only=True, eq=False)
class Grain:
    """How finely the flows of some features were told apart.

    Attributes
    ----------
    features
        The features that were counted.
    bins
        How many bins a feature has at most, ``None`` where values are as they are.
    cut
        The features whose values were lost to bins, each with its bins.
    distinct_rows
        Distinct (features, label) as counted.
    distinct_rows_exact
        The same before any binning; an estimate where ``is_estimate`` says so.
    share
        The share of all rows that was counted, drawn at random.
    train_rows
        All training rows, those that were not counted included; splits that go by counted flows
        have no test rows yet.
    """

    features: tuple[str, ...]
    bins: int | None
    cut: dict[str, Bins]
    distinct_rows: int
    distinct_rows_exact: int
    is_estimate: bool
    share: float = 1.0
    train_rows: int | None = None

    @property
    def name(self) -> Literal["exact", "binned", "rows"]:
        """The word that records have for it."""
        if self.share < 1.0:
            return "rows"
        return "binned" if self.cut else "exact"


def grain_of(
    counted: Counted,
    ladder: Ladder,
    features: Sequence[str],
    *,
    share: float,
) -> Grain:
    """The grain of flows that were counted by these bins, of a share of the rows."""
    is_exact = counted.level == EXACT
    bins = () if is_exact else ladder.bins[counted.level - 1]
    cut = cut_features(features, bins) if bins else ()
    rows = counted.table.num_rows
    return Grain(
        features=tuple(features),
        bins=most_bins(counted.level),
        cut={name: bins[list(features).index(name)] for name in cut},
        distinct_rows=rows,
        distinct_rows_exact=rows if is_exact and share >= 1.0 else counted.exact_rows.rows,
        is_estimate=not counted.exact_rows.is_exact and not (is_exact and share >= 1.0),
        share=share,
    )
