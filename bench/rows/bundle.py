"""A sample of rows on disk, as the processes of all cases map it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from pipeline.flows import Booleans, Floats, Integers
from pipeline.rows.allot import allot
from pipeline.rows.scale import scaler_from

META_FILE: Final = "meta.json"
SIDES: Final[tuple[Literal["train", "test"], ...]] = ("train", "test")


@dataclass(frozen=True, kw_only=True, eq=False)
class RowTable:
    """Sampled rows of one side.

    Attributes
    ----------
    X
        float64, (rows, features): the raw features, mapped from disk.
    y
        int64, (rows,): the class of each row.
    rank
        int64, (rows,): a row's place in its class, in the order in which rows are drawn.
    class_rows
        int64, (classes,): rows of each class that there are, sampled or not.
    """

    X: Floats
    y: Integers
    rank: Integers
    class_rows: Integers

    @property
    def asked(self) -> int:
        """All rows of the side, sampled or not."""
        return int(self.class_rows.sum())

    def drawn(self, budget: int) -> Booleans:
        """Bool (rows,): which of the rows are in a sample of this budget."""
        chosen: Booleans = self.rank < allot(self.class_rows, budget)[self.y]
        return chosen


@dataclass(frozen=True, kw_only=True, eq=False)
class RowBundle:
    """Sampled rows of one task and split; ``scaler`` standardises by all training rows."""

    features: tuple[str, ...]
    labels: tuple[str, ...]
    scaler: Any
    train: RowTable
    test: RowTable


@lru_cache(maxsize=4)
def load_row_bundle(folder: str) -> RowBundle:
    """The sample that ``write_row_bundle`` wrote; its features are read as they are used."""
    meta = json.loads((Path(folder) / META_FILE).read_text(encoding="utf-8"))
    train, test = (_table(Path(folder), side, meta) for side in SIDES)
    return RowBundle(
        features=tuple(meta["features"]),
        labels=tuple(meta["labels"]),
        scaler=scaler_from(np.array(meta["mean"]), np.array(meta["variance"]), rows=train.asked),
        train=train,
        test=test,
    )


def _table(folder: Path, side: str, meta: Mapping[str, Any]) -> RowTable:
    return RowTable(
        X=np.load(folder / f"{side}-X.npy", mmap_mode="r", allow_pickle=False),
        y=np.load(folder / f"{side}-y.npy", allow_pickle=False),
        rank=np.load(folder / f"{side}-rank.npy", allow_pickle=False),
        class_rows=np.array(meta["class_rows"][side], np.int64),
    )
