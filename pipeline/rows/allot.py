"""How many rows of each class a budget comes to."""

from __future__ import annotations

from typing import Final

import numpy as np

from pipeline.flows import Integers

RARE_ROWS: Final = 200
"""A class gets at least this many rows of a sample, or all that it has."""


def allot(class_rows: Integers, budget: int, *, rare_rows: int = RARE_ROWS) -> Integers:
    """int64 (classes,): rows of each class in a sample of ``budget`` rows, or of all there are.

    Shares are in proportion to the classes, rounded so that they sum to the budget; a class whose
    share would be below ``rare_rows`` gets that many, or all it has, before the others share the
    rest.

    >>> allot(np.array([9000, 900, 3]), 100, rare_rows=5).tolist()
    [88, 9, 3]
    """
    if budget >= class_rows.sum():
        return class_rows.copy()
    present = max(1, int((class_rows > 0).sum()))
    floor = np.minimum(class_rows, min(rare_rows, budget // present))
    is_rare = class_rows == 0
    while True:
        shares = _shares(class_rows * ~is_rare, budget - int(floor[is_rare].sum()))
        short = ~is_rare & (shares < floor)
        if not short.any():
            chosen: Integers = np.where(is_rare, floor, shares)
            return chosen
        is_rare |= short


def _shares(class_rows: Integers, budget: int) -> Integers:
    """Whole numbers in proportion that sum to the budget: largest remainders round up."""
    exact = class_rows * (budget / max(int(class_rows.sum()), 1))
    shares = np.floor(exact).astype(np.int64)
    order = np.argsort(shares - exact, kind="stable")
    shares[order[: budget - int(shares.sum())]] += 1
    capped: Integers = np.minimum(shares, class_rows)
    return capped
