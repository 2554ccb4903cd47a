"""Two models on the same test flows: how far they differ in accuracy, and how certainly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal

import numpy as np

from pipeline.flows import Floats, Integers
from pipeline.metrics import INTERVAL, REPLICATES

LEVEL: Final = 1 - INTERVAL
ROWS_AT_ONCE: Final = 65_536

Pair = tuple[int, int]
"""The places of two models."""

Verdict = Literal["better", "worse", "equivalent", "undecided"]


@dataclass(frozen=True, kw_only=True)
class PairedTest:
    """The first model's score less the second's on the same test flows.

    Attributes
    ----------
    low, high
        Ends of the 95 % percentile interval of the difference over drawn test parts.
    p
        Of no difference, two-sided, not corrected for other tests.
    above, within, below
        The shares of drawn test parts whose difference lies above, in and below the region of
        practical equivalence.
    only_first, only_second
        Flows that only the first, or only the second model gives their class.
    """

    difference: float
    low: float
    high: float
    p: float
    above: float
    within: float
    below: float
    only_first: int
    only_second: int

    @property
    def effect(self) -> float:
        """Cohen's g: the first's share of the flows that one of the two gets right, less a half."""
        told = self.only_first + self.only_second
        return self.only_first / told - 0.5 if told else 0.0


def count_disagreements(
    truth: Integers, codes: Sequence[Integers], *, counts: Integers
) -> dict[Pair, Pair]:
    """For each two models, the flows that only the first and only the second one gets right.

    >>> right, half = np.array([0, 1]), np.array([0, 0])
    >>> count_disagreements(np.array([0, 1]), [right, half], counts=np.array([5, 2]))
    {(0, 1): (2, 0)}
    """
    both = np.zeros((len(codes), len(codes)))
    for start in range(0, len(truth), ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        is_right = np.array([code[rows] == truth[rows] for code in codes], np.float64)
        both += (is_right * counts[rows]) @ is_right.T
    return {
        (first, second): (
            round(both[first, first] - both[first, second]),
            round(both[second, second] - both[first, second]),
        )
        for first, second in combinations(range(len(codes)), 2)
    }


def compare_accuracies(disagreements: Pair, *, rows: int, rope: float, seed: int) -> PairedTest:
    """McNemar's exact test of two accuracies on ``rows`` flows.

    Drawing test flows with replacement draws from a multinomial of three cells: only the first
    right, only the second right, and the rest, which does not tell the two apart.
    """
    from scipy.stats import binomtest  # here since only the comparison of a whole run needs it

    only_first, only_second = disagreements
    told = only_first + only_second
    cells = np.array([only_first, only_second, rows - told]) / rows
    drawn = np.random.default_rng(seed).multinomial(rows, cells, size=REPLICATES)
    return summarize(
        (only_first - only_second) / rows,
        (drawn[:, 0] - drawn[:, 1]) / rows,
        p=float(binomtest(only_first, told).pvalue) if told else 1.0,
        disagreements=disagreements,
        rope=rope,
    )


def summarize(
    difference: float, drawn: Floats, *, p: float, disagreements: Pair, rope: float
) -> PairedTest:
    """A difference with what its draws say of it."""
    low, high = np.quantile(drawn, [LEVEL / 2, 1 - LEVEL / 2])
    return PairedTest(
        difference=difference,
        low=float(low),
        high=float(high),
        p=p,
        above=float((drawn > rope).mean()),
        within=float((abs(drawn) <= rope).mean()),
        below=float((drawn < -rope).mean()),
        only_first=disagreements[0],
        only_second=disagreements[1],
    )


def holm(p_values: Sequence[float]) -> list[float]:
    """The same p corrected for their number (Holm 1979), in the same order.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    from statsmodels.stats.multitest import multipletests  # here since it takes a second to import

    return [float(p) for p in multipletests(p_values, method="holm")[1]] if p_values else []


def decide(test: PairedTest, *, corrected_p: float, rope: float, sign: int = 1) -> Verdict:
    """What is to be said of the first model against the second; ``sign`` is -1 if less is better.

    They are equivalent where the whole interval lies in the region of practical equivalence,
    however small p is: a difference that is certain need not be one that matters.
    """
    if -rope <= test.low and test.high <= rope:
        return "equivalent"
    if corrected_p >= LEVEL:
        return "undecided"
    return "better" if sign * test.difference > 0 else "worse"
