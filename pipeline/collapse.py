"""Selected columns to counted flows, reduced partition by partition along a tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import dask
import numpy as np
import pyarrow as pa
from dask import delayed

from pipeline.flows import Booleans, CountedFlows, Integers, Split
from pipeline.labelled import label_codes, pack, unpack
from pipeline.manifest import Manifest, Part, read_part
from pipeline.row_folds import PartFolds, RowFolds

FAN_IN: Final = 8


@dataclass(frozen=True, kw_only=True, eq=False)
class Collapse:
    """What to count: these columns, these labels as these classes, these rows as test rows.

    ``class_of`` maps a label to its class; flows of other labels are left out, as are incomplete
    ones. ``masks`` holds, for each part of the manifest, bool (usable rows,). Where the training
    rows have been dealt to folds, ``row_folds`` has them counted by fold, too.
    """

    split: str
    features: tuple[str, ...]
    class_of: Mapping[str, str]
    masks: tuple[Booleans, ...]
    row_folds: RowFolds | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes, sorted; a class's place is its code."""
        return tuple(sorted(set(self.class_of.values())))


def collapse(store: Path, manifest: Manifest, wanted: Sequence[Collapse]) -> list[Split]:
    """One split for each thing wanted, all from one pass over the partitions.

    The partitions are read and counted where Dask puts them; their tables meet eight at a time, so
    that no partial result waits for all the others in one place. Arrow groups the rows.
    """
    parts = [
        delayed(_collapse_part, nout=len(wanted))(store, part, [_of_part(w, n) for w in wanted])
        for n, part in enumerate(manifest.parts)
    ]
    tables = dask.compute(*(_tree([part[i] for part in parts]) for i in range(len(wanted))))
    return [_split(table, request) for table, request in zip(tables, wanted, strict=True)]


@dataclass(frozen=True, kw_only=True, eq=False)
class _PartCollapse:
    """What to count in one part; the mask travels as bits."""

    features: tuple[str, ...]
    codes: dict[str, int]
    test_bits: bytes
    folds: PartFolds | None


def _of_part(wanted: Collapse, number: int) -> _PartCollapse:
    place = {name: code for code, name in enumerate(wanted.labels)}
    return _PartCollapse(
        features=wanted.features,
        codes={label: place[name] for label, name in wanted.class_of.items()},
        test_bits=pack(wanted.masks[number]),
        folds=wanted.row_folds.parts[number] if wanted.row_folds else None,
    )


def _collapse_part(store: Path, part: Part, wanted: Sequence[_PartCollapse]) -> list[pa.Table]:
    columns = dict.fromkeys(name for request in wanted for name in request.features)
    flows = read_part(store, part, [*columns, "label", "complete"])
    return [_count_part(flows, request) for request in wanted]


def _count_part(flows: pa.Table, wanted: _PartCollapse) -> pa.Table:
    codes = label_codes(flows, wanted.codes)
    usable = codes >= 0
    rows = int(usable.sum())
    is_test = unpack(wanted.test_bits, rows).astype(np.int64)
    # Adding zero turns -0.0, which is equal to 0.0 but another group, into 0.0.
    columns = {
        key: flows.column(name).to_numpy()[usable] + 0.0
        for key, name in zip(_keys(wanted.features), wanted.features, strict=True)
    }
    sums = {"count": np.ones(rows, np.int64), "test": is_test} | _fold_columns(wanted.folds)
    return _count(pa.table(columns | {"class": codes[usable]} | sums))


def _fold_columns(folds: PartFolds | None) -> dict[str, Integers]:
    if folds is None:
        return {}
    fold = folds.read()
    return {f"fold{n}": (fold == n).astype(np.int64) for n in range(folds.folds)}


def _keys(features: Sequence[str]) -> list[str]:
    """Columns by number, since a feature may be called ``count``."""
    return [str(number) for number in range(len(features))]


def _count(table: pa.Table) -> pa.Table:
    keys = [name for name in table.column_names if name == "class" or name.isdecimal()]
    sums = [name for name in table.column_names if name not in keys]
    grouped = table.group_by(keys, use_threads=False).aggregate([(name, "sum") for name in sums])
    return grouped.rename_columns({f"{name}_sum": name for name in sums})


def _merge(tables: Sequence[pa.Table]) -> pa.Table:
    # NumPy's memory is aligned; that of a table that came over the network need not be.
    columns = {
        name: np.concatenate([table.column(name).to_numpy() for table in tables])
        for name in tables[0].column_names
    }
    return _count(pa.table(columns))


def _tree(tables: Sequence[object]) -> object:
    while len(tables) > 1:
        groups = [tables[i : i + FAN_IN] for i in range(0, len(tables), FAN_IN)]
        tables = [delayed(_merge)(group) for group in groups]
    return tables[0]


def _split(table: pa.Table, wanted: Collapse) -> Split:
    keys = _keys(wanted.features)
    table = table.sort_by([(key, "ascending") for key in [*keys, "class"]])
    flows = CountedFlows(
        features=wanted.features,
        labels=wanted.labels,
        X=np.column_stack([table.column(key).to_numpy() for key in keys]),
        y=table.column("class").to_numpy(),
        counts=table.column("count").to_numpy(),
    )
    return Split(
        name=wanted.split,
        flows=flows,
        test_counts=table.column("test").to_numpy(),
        fold_counts=_fold_counts(table) if wanted.row_folds else None,
    )


def _fold_counts(table: pa.Table) -> Integers:
    names = [name for name in table.column_names if name.startswith("fold")]
    return np.column_stack([table.column(name).to_numpy() for name in names])
