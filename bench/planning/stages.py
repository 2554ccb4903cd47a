"""STAGES: what each stage of a run costs, and who shares it: one entry each."""

from __future__ import annotations

from typing import Final

from bench.planning.stage import Rate, Stage
from bench.planning.work import (
    MILLION,
    curve_rows,
    dealt,
    fit_rate,
    millions,
    predicted,
    random_splits,
    row_splits,
    sampled,
    sharing,
    tasks_named,
)  # fmt: skip

FULL: Final = "46,686,579 synthetic rows in 169 files on two cores"


def _orders(stage: str, *more: Rate, fixed_seconds: float = 0.0) -> Stage:
    rates = (fit_rate(stage), *more)
    return Stage(name=stage, rates=rates, pieces=sharing(stage), fixed_seconds=fixed_seconds)


_PREDICT: Final = Rate(
    unit="CPU second of predictions of every test row",
    seconds=1.0,
    source="seconds for a million rows: bench/planning/fits.py",
    units=predicted,
)

STAGES: Final = (
    Stage(name="cluster", fixed_seconds=3.0),
    Stage(
        name="ingest",
        leaves=1,
        rates=(
            Rate(unit="million rows written", seconds=8.5, source=f"{FULL}: 397 CPU s",
                 units=lambda scope: scope.rows_to_write / MILLION),
            Rate(unit="million rows ingested", seconds=3.65, source=f"{FULL}: 171 CPU s",
                 units=lambda scope: scope.rows_to_ingest / MILLION),
        ),
    ),
    Stage(
        name="profile",
        trees=lambda _scope: 1,
        rates=(
            Rate(unit="million rows", seconds=0.055, source=f"{FULL}: 1.9 to 3.3 s", units=millions,
                 is_serial=True),
        ),
    ),
    Stage(
        name="split",
        counts=True,
        rates=(
            Rate(unit="million rows permuted", seconds=0.058, source=f"{FULL}: 2.7 s",
                 units=random_splits, is_serial=True),
        ),
    ),
    Stage(
        name="select",
        counts=True,
        leaves=2,
        trees=lambda _scope: 1,
        rates=(
            Rate(unit="million rows of a split", seconds=0.38,
                 source=f"{FULL}, two splits: 36 CPU s", units=row_splits),
            Rate(unit="million rows dealt to folds", seconds=0.1, source=f"{FULL}: 4.7 s",
                 units=dealt, is_serial=True),
        ),
    ),
    Stage(
        name="sample",
        counts=True,
        leaves=2,
        trees=lambda _scope: 1,
        rates=(
            Rate(unit="million rows sampled for a split", seconds=1.35,
                 source=f"{FULL}, 46 columns: 63 CPU s", units=sampled),
        ),
    ),
    Stage(
        name="collapse",
        counts=True,
        leaves=1,
        trees=lambda scope: len(scope.suite.tasks),
        rates=(
            Rate(unit="million rows counted for attack", seconds=0.19, source=FULL,
                 units=lambda scope: tasks_named(scope, fine=True)),
            Rate(unit="million rows counted for family or binary", seconds=0.17, source=FULL,
                 units=lambda scope: tasks_named(scope, fine=False)),
        ),
    ),
    Stage(
        name="ceiling",
        counts=True,
        rates=(
            Rate(unit="million sampled test rows", seconds=7.3,
                 source=f"{FULL}, six curves on 200,000 rows each: 8.8 CPU s", units=curve_rows),
        ),
    ),
    _orders("search"),
    _orders("zoo", _PREDICT),
    _orders("stack"),
    Stage(name="compare", fixed_seconds=1.0),
    _orders("reruns"),
    _orders("models"),
    Stage(name="report", fixed_seconds=2.0),
)  # fmt: skip
"""In the order in which they run. Where a stage is missing in an earlier run, this is its rate."""
