"""Which parameters a search tries for a model: a grid, or a sample of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field
from sklearn.model_selection import ParameterGrid, ParameterSampler

from pipeline.errors import ModelError
from pipeline.zoo import find_model

Grid = dict[str, Annotated[list[Any], Field(min_length=1)]]
"""For each parameter the values to try."""


def candidates(
    grid: Mapping[str, Sequence[Any]], *, at_most: int, seed: int
) -> list[dict[str, Any]]:
    """Every combination of the grid's values; of more than ``at_most`` that many, drawn by lot.

    >>> candidates({"max_depth": [2, 4], "criterion": ["gini"]}, at_most=9, seed=0)
    [{'criterion': 'gini', 'max_depth': 2}, {'criterion': 'gini', 'max_depth': 4}]
    """
    every = ParameterGrid(dict(grid))
    if len(every) <= at_most:
        return list(every)
    return list(ParameterSampler(dict(grid), at_most, random_state=seed))


def check_search(
    search: Mapping[str, Grid], *, models: Sequence[str], splits: Sequence[str]
) -> None:
    """Nothing, or a ValueError about what cannot be tried: a model, a parameter, a value."""
    for model, grid in search.items():
        _check_grid(model, grid)
        if find_model(model).is_distributed:
            raise ValueError(f"search.{model}: a distributed model is not fitted on folds")
        if model not in models:
            raise ValueError(f"search.{model}: this is none of the suite's models")
        if not splits:
            raise ValueError(f"search.{model}: no split of the suite has folds; see fold_splits")


def _check_grid(model: str, grid: Mapping[str, Sequence[Any]]) -> None:
    try:
        entry = find_model(model)
        for name, values in grid.items():
            for value in values:
                entry.check_params({name: value})
    except ModelError as error:
        raise ValueError(f"search.{model}: {error}") from error
