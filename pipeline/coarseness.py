"""GRAINS: how finely rows may be told apart, exact values first, then ever fewer bins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from pipeline.bins import MOST_BINS
from pipeline.errors import DataError

EXACT: Final = 0
"""The first level: values as they are. Level ``n`` is ``MOST_BINS[n - 1]`` bins."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How many distinct rows may be counted at each level.

    The level in use is the first whose limit the rows keep, all of them together. A part of the
    rows can never break a limit that all rows keep, so counting piece by piece, and going one
    level on wherever a piece breaks its limit, ends at that level in whatever order pieces meet;
    and no piece ever holds more rows than the largest limit.

    Attributes
    ----------
    limits
        For each level the most distinct (features, label); 0 where the level is not to be used,
        ``None`` where there is no limit.
    coarsest
        The last level worth its price: where it breaks its limit, too, a random share of the rows
        is counted instead. ``None`` where all rows are wanted, however coarse.
    """

    limits: tuple[int | None, ...] = (None,)
    coarsest: int | None = None

    def is_too_coarse(self, level: int) -> bool:
        """Whether fewer rows are better than rows told apart as coarsely as this."""
        return self.coarsest is not None and level > self.coarsest

    def keeps(self, level: int, distinct_rows: int) -> bool:
        """Whether so many rows may be told apart at this level, or nobody will look at them."""
        limit = self.limits[level]
        return limit is None or distinct_rows <= limit or self.is_too_coarse(level)

    def after(self, level: int) -> int:
        """The next level.

        Raises
        ------
        DataError
            There is none.
        """
        if level + 1 < len(self.limits):
            return level + 1
        raise DataError(
            f"more than {self.limits[level]:,} distinct flows are left at the coarsest grain that"
            " is allowed; select fewer features, raise distinct_rows, or let grain be 'auto'"
        )


def most_bins(level: int) -> int | None:
    """How many bins a feature has at most, ``None`` for exact values.

    >>> most_bins(EXACT), most_bins(1)
    (None, 248)
    """
    return None if level == EXACT else MOST_BINS[level - 1]


@dataclass(frozen=True, kw_only=True)
class GrainKind:
    """What a grain promises, and the rule that keeps it with so many distinct rows at most.

    ``counts_flows`` is False where flows are not counted at all, so that no rule is ever applied.
    """

    explanation: str
    rule: Callable[[int], Rule]
    counts_flows: bool = True


def _auto(most: int) -> Rule:
    # Measured on synthetic flows (family): at 62 bins no model but AdaBoost lost 0.002 of accuracy,
    # at 31 four did.
    coarsest = 1 + MOST_BINS.index(62)
    return Rule(limits=(most,) * (1 + len(MOST_BINS)), coarsest=coarsest)


def _exact(most: int) -> Rule:
    return Rule(limits=(most,))


def _binned(most: int) -> Rule:
    return Rule(limits=(0, *(most,) * len(MOST_BINS)))


GRAINS: Final[Mapping[str, GrainKind]] = {
    "auto": GrainKind(
        explanation="exact values while their distinct rows are few enough, else the finest bins"
        " whose distinct rows are, and where these would be too coarse, a random share of the rows",
        rule=_auto,
    ),
    "exact": GrainKind(
        explanation="exact values; a run with too many distinct rows ends", rule=_exact
    ),
    "binned": GrainKind(
        explanation=f"at most {MOST_BINS[0]} quantile bins for each feature, or the finest bins"
        " whose distinct rows are few enough",
        rule=_binned,
    ),
    "rows": GrainKind(
        explanation="no counting: each model is given a sample of the rows, and tested on all of"
        " them where it can",
        rule=_exact,
        counts_flows=False,
    ),
}
"""What a suite may ask for; the rule of each is applied while flows are counted."""
