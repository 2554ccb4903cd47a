"""What became of each file of an ingest: a part of the store, or a fault."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from pipeline.dataset import Dataset
from pipeline.manifest import BrokenFile, Part
from pipeline.partition import Reading, flows_of, reading_of
from pipeline.parts import FLOWS_FILE, part_folder, read_counts, write_part, writing_to

_COLUMN: Final = "outcome"

OUTCOMES: Final = pd.DataFrame({_COLUMN: pd.Series([], dtype="str")})
"""The shape of what ``store_partition`` gives: one row a file, in JSON."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """The parts and the broken files among the files given."""

    parts: tuple[Part, ...] = ()
    broken: tuple[BrokenFile, ...] = ()


def store_partition(partition: pd.DataFrame, *, dataset: Dataset, store: Path) -> pd.DataFrame:
    """Write a partition into the store; one row says what became of its file."""
    reading = reading_of(partition)
    if reading.fault:
        outcome = {"name": reading.source.name, "path": reading.source.path}
        return _row(outcome | {"fault": reading.fault})
    folder = part_folder(reading.content_hash, dataset)
    with writing_to(store):
        if reading.header and not reading.is_stored:
            write_part(
                store / folder,
                flows_of(partition),
                quarantined=reading.quarantined,
                header=reading.header,
            )
        return _row(_part(reading, folder) | read_counts(store / folder))


def found_in(outcomes: pd.DataFrame) -> Found:
    """The outcomes of all files."""
    tables = [json.loads(outcome) for outcome in outcomes[_COLUMN]]
    return Found(
        parts=tuple(
            Part(**table | {"ignored_columns": tuple(table["ignored_columns"])})
            for table in tables
            if "fault" not in table
        ),
        broken=tuple(BrokenFile(**table) for table in tables if "fault" in table),
    )


def _part(reading: Reading, folder: str) -> dict[str, Any]:
    return {
        "name": reading.source.name,
        "path": reading.source.path,
        "bytes": reading.source.bytes,
        "modified_ns": reading.source.modified_ns,
        "content_hash": reading.content_hash,
        "parquet": f"{folder}/{FLOWS_FILE}",
    }


def _row(outcome: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame({_COLUMN: [json.dumps(outcome)]})
