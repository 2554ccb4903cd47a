"""How many rows a model is given where flows do not collapse, and why not all."""

from __future__ import annotations

from typing import Final

from pipeline.model import Model

MEASURED_FEATURES: Final = 10
"""Columns of the fits that the zoo's budgets come from; a fit's cost grows with its columns."""

MOST_ROWS: Final = 1_000_000
"""A sample that every process maps holds at most so many rows, unless the suite says more."""


def row_budget(
    model: Model, *, given: int | None, effort: float, features: int, classes: int
) -> int:
    """The most rows that one fit of the model gets: what the suite gives it, or what it affords.

    >>> from pipeline.zoo import find_model
    >>> svc = find_model("svc")
    >>> row_budget(svc, given=None, effort=2.0, features=40, classes=34)
    5000
    >>> row_budget(svc, given=700, effort=2.0, features=40, classes=34)
    700
    """
    if given is not None:
        return given
    share = min(1.0, MEASURED_FEATURES / features)
    affords = int(model.affords(classes=classes) * effort * share)
    return affords if model.is_distributed else min(affords, MOST_ROWS)


def rows_why(used: int, asked: int, *, given: int | None, features: int) -> str | None:
    """Why a fit saw fewer rows than there are; None where it saw all."""
    if used >= asked:
        return None
    whose = "the suite gives it" if given is not None else "in the time it is given it affords"
    return f"{whose} {used:,} rows of {features} features; drawn from {asked:,} in turn, by class"


def why_tested(tested: int, rows: int) -> str | None:
    """Why a model was tested on fewer rows than there are; None where on all."""
    if tested >= rows:
        return None
    return f"too slow for every test row; {tested:,} drawn from {rows:,} in turn, by class"
