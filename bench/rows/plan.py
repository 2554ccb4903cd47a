"""From splits and selections to rows: where they lie, how they are scaled, and a sample on disk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.errors import BenchError
from bench.rows.budget import row_budget
from bench.rows.bundle import load_row_bundle
from bench.rows.write_bundle import write_row_bundle
from bench.suite import Suite
from pipeline.model import Model
from pipeline.rows.sample import draw_samples
from pipeline.rows.source import RowSource
from pipeline.split import SPLITS
from pipeline.zoo import find_model

Key = tuple[str, str]
"""A task and a split."""


@dataclass(frozen=True, kw_only=True, eq=False)
class RowPlan:
    """One task and split whose flows are taken as rows.

    ``scaler`` standardises by all training rows; ``folder`` holds the sample that every process
    maps.
    """

    source: RowSource
    scaler: Any
    folder: Path


def row_plans(sources: Mapping[Key, RowSource], suite: Suite, work: Path) -> dict[Key, RowPlan]:
    """A plan for each task and split, with a sample for the models of the suite."""
    _check_splits(source.split for source in sources.values())
    return {
        key: plan_rows(source, suite, work / f"{'-'.join(key)}-rows")
        for key, source in sources.items()
    }


def plan_rows(source: RowSource, suite: Suite, folder: Path) -> RowPlan:
    """Sample the rows for the models of the suite, or use the sample that is there."""
    models = [find_model(name) for name in suite.models]
    budgets = [_budget(model, source, suite) for model in models if not model.is_distributed]
    tested = [model.affords_test_rows or 1 for model in models]
    (train,) = draw_samples(
        source, side="train", budgets=[max(budgets, default=1)], seed=suite.seed
    )
    (test,) = draw_samples(source, side="test", budgets=[max(tested)], seed=suite.seed)
    write_row_bundle(folder, source, {"train": train, "test": test})
    return RowPlan(source=source, scaler=load_row_bundle(str(folder)).scaler, folder=folder)


def _check_splits(names: Iterable[str]) -> None:
    for name in names:
        if not SPLITS[name].marks_rows:
            raise BenchError(
                f"the {name} split goes by counted flows, and the rows grain counts none;"
                ' choose another split, or grain = "exact"'
            )


def _budget(model: Model, source: RowSource, suite: Suite) -> int:
    return row_budget(
        model,
        given=suite.budgets.get(model.name),
        effort=suite.effort,
        features=len(source.features),
        classes=len(source.labels),
    )
