"""The training flows of the folds that select features of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.flows import CountedFlows, Integers


@dataclass(frozen=True, kw_only=True, eq=False)
class FoldTable:
    """Training flows, counted on one selection of features, and how many each fold holds out.

    ``folds`` is int64, (distinct rows, folds).
    """

    train: CountedFlows
    folds: Integers

    def without(self, fold: int) -> CountedFlows:
        """The training flows outside a fold."""
        return _occurring(self.train, self.train.counts - self.folds[:, fold])

    def only(self, fold: int) -> CountedFlows:
        """The training flows in a fold."""
        return _occurring(self.train, self.folds[:, fold])


def table_arrays(tables: Mapping[int, FoldTable]) -> dict[str, np.ndarray]:
    """The tables as arrays under names of their own, for :func:`read_tables`."""
    return {
        f"fold{fold}_{name}": array
        for fold, table in tables.items()
        for name, array in {
            "features": np.array(table.train.features),
            "X": table.train.X,
            "y": table.train.y,
            "counts": table.train.counts,
            "folds": table.folds,
        }.items()
    }


def read_tables(
    arrays: Mapping[str, np.ndarray], *, labels: tuple[str, ...], folds: int
) -> dict[int, FoldTable]:
    """The tables among these arrays, by fold."""
    return {
        fold: _table(arrays, f"fold{fold}_", labels)
        for fold in range(folds)
        if f"fold{fold}_X" in arrays
    }


def _table(arrays: Mapping[str, np.ndarray], prefix: str, labels: tuple[str, ...]) -> FoldTable:
    train = CountedFlows(
        features=tuple(arrays[f"{prefix}features"].tolist()),
        labels=labels,
        X=arrays[f"{prefix}X"],
        y=arrays[f"{prefix}y"],
        counts=arrays[f"{prefix}counts"],
    )
    return FoldTable(train=train, folds=arrays[f"{prefix}folds"])


def _occurring(flows: CountedFlows, counts: Integers) -> CountedFlows:
    rows = counts > 0
    return flows.recount(counts[rows], rows=rows)
