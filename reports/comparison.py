"""Comparison: what ``run.json`` says of the models of one task and split tested pair by pair."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from reports.records import Value


class Chances(Value):
    """Probabilities that the first of two models is better, practically equivalent, or worse."""

    better: float
    equivalent: float
    worse: float


class Pair(Value):
    """A paired test of two models on the same test flows; the difference is first less second.

    ``p_corrected`` is ``p`` corrected for the number of pairs, ``effect`` Cohen's g,
    ``only_first`` and ``only_second`` the flows that only one of the two got right. The test over
    folds stands beside it: ``fold_p`` and ``fold_chances``.
    """

    first: str
    second: str
    difference: float
    low: float | None = None
    high: float | None = None
    p: float | None = None
    p_corrected: float | None = None
    chances: Chances | None = None
    effect: float | None = None
    only_first: int | None = None
    only_second: int | None = None
    fold_p: float | None = None
    fold_chances: Chances | None = None
    verdict: Literal["better", "worse", "equivalent", "undecided"] | None = None

    @property
    def is_apart(self) -> bool | None:
        """Whether the two are told apart; ``None`` where nothing was recorded that says so."""
        if self.verdict:
            return self.verdict in ("better", "worse")
        if self.low is None or self.high is None:
            return None
        return not self.low <= 0 <= self.high


class Comparison(Value):
    """The models of one task and split tested against each other.

    Differences within ``rope`` count as none. ``mean_ranks`` are over ``blocks`` of folds, seeds,
    tasks and splits; ``rank_p`` is Friedman's.
    """

    task: str
    split: str
    metric: str
    method: str = ""
    rope: float | None = None
    critical_difference: float | None = None
    rank_p: float | None = None
    blocks: int | None = None
    mean_ranks: dict[str, float] = Field(default_factory=dict)
    pairs: tuple[Pair, ...] = ()
