"""How much work there is for each stage: millions of rows, and orders."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Final

from bench.planning.fits import PREDICTION, PREDICTIONS
from bench.planning.orders import Pieces, pieces_of
from bench.planning.scope import Scope
from bench.planning.stage import Rate
from pipeline.zoo import find_model

MILLION: Final = 1e6


def millions(scope: Scope) -> float:
    """All flows."""
    return scope.rows / MILLION


def random_splits(scope: Scope) -> float:
    """Flows that a permutation deals to the random split."""
    return millions(scope) * ("random" in scope.suite.splits)


def row_splits(scope: Scope) -> float:
    """Flows, once for each split."""
    return millions(scope) * len(scope.suite.splits)


def dealt(scope: Scope) -> float:
    """Flows whose training part is dealt to folds."""
    is_dealt = scope.suite.select_on == "train" and bool(scope.suite.chosen_splits)
    return millions(scope) * is_dealt


def tasks_named(scope: Scope, *, fine: bool) -> float:
    """Usable flows, once for each task that tells all labels apart, or that does not."""
    named = [task for task in scope.suite.tasks if (task == "attack") == fine]
    return len(named) * scope.used_rows / MILLION * scope.counts_flows


def curve_rows(scope: Scope) -> float:
    """Test rows drawn for the ceiling's curves, over all tasks and splits."""
    rows = min(scope.suite.ceiling_rows, scope.test_rows)
    return len(scope.keys) * rows / MILLION * scope.counts_flows


def sampled(scope: Scope) -> float:
    """Flows read to draw samples from, where flows are taken as rows."""
    return 0.0 if scope.counts_flows else row_splits(scope) * len(scope.suite.tasks)


def predicted(scope: Scope) -> float:
    """CPU seconds of predicting every test row where it lies, over all models that can."""
    if scope.counts_flows:
        return 0.0
    models = [case.model for case in scope.suite.cases]
    able = [name for name in models if find_model(name).affords_test_rows is None]
    return sum(PREDICTIONS.get(name, PREDICTION) for name in able) * scope.test_rows / MILLION


def _of_stage(scope: Scope, stage: str) -> list[Pieces]:
    return [piece for piece in pieces_of(scope) if piece.stage == stage and piece.number]


def fit_rate(stage: str) -> Rate:
    """The rate of a stage that sends orders: their seconds are the work."""

    def units(scope: Scope) -> float:
        return sum(piece.number * piece.seconds for piece in _of_stage(scope, stage))

    source = "seconds of a fit: bench/planning/fits.py"
    return Rate(unit="CPU second of orders", seconds=1.0, source=source, units=units)


def sharing(stage: str) -> Callable[[Scope], float]:
    """How many workers have work while the longest order of one worker goes on."""

    def pieces(scope: Scope) -> float:
        of_stage = _of_stage(scope, stage)
        longest = max((piece.seconds for piece in of_stage if not piece.is_of_all), default=0.0)
        total = sum(piece.number * piece.seconds for piece in of_stage)
        return total / longest if longest else inf

    return pieces
