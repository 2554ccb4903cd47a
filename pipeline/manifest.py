"""Manifest: what a store holds, file by file."""

from __future__ import annotations

import filecmp
import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final, Literal, TextIO

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import TypeAdapter, ValidationError

from pipeline.errors import DataError

SCHEMA_VERSION: Final[Literal[1]] = 1
MANIFEST_FILE: Final = "manifest.json"
QUARANTINE_FILE: Final = "quarantine.jsonl"


@dataclass(frozen=True, kw_only=True)
class Part:
    """One CSV file's flows in the store.

    Attributes
    ----------
    rows, rows_quarantined
        Together all records of the file.
    label_counts, incomplete_label_counts
        Rows by label; the second counts those with a null or an infinity.
    ignored_columns
        Columns of the file that its release does not have.
    parquet
        Path of the flows, relative to the store; statistics and quarantine lie beside it.
    """

    name: str
    path: str
    bytes: int
    modified_ns: int
    content_hash: str
    rows: int
    rows_quarantined: int
    label_counts: dict[str, int]
    incomplete_label_counts: dict[str, int]
    release: str
    ignored_columns: tuple[str, ...]
    parquet: str

    @property
    def folder(self) -> str:
        """The part's own folder, relative to the store."""
        return str(Path(self.parquet).parent)


@dataclass(frozen=True, kw_only=True)
class BrokenFile:
    """A file that gave no flows, and why."""

    name: str
    path: str
    fault: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """All parts of a store, in the order of their names (then of their paths).

    ``families`` names the family of each label that there is; ``unknown_labels`` counts the rows
    whose label the taxonomy does not know. ``synthetic`` tells whether any of the files was
    simulated. ``warnings`` are sentences about what was let pass.
    """

    dataset: str
    release: str
    features: tuple[str, ...]
    parts: tuple[Part, ...]
    broken: tuple[BrokenFile, ...]
    fingerprint: str
    families: dict[str, str] = field(default_factory=dict)
    unknown_labels: dict[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    synthetic: bool = False
    schema_version: Literal[1] = SCHEMA_VERSION

    @property
    def rows(self) -> int:
        """All flows in the store."""
        return sum(part.rows for part in self.parts)

    @property
    def rows_quarantined(self) -> int:
        """Records that were set aside."""
        return sum(part.rows_quarantined for part in self.parts)

    @property
    def rows_incomplete(self) -> int:
        """Flows with a null or an infinity."""
        return sum(self.incomplete_label_counts.values())

    @property
    def label_counts(self) -> dict[str, int]:
        """Flows of each label, labels sorted."""
        return _added(part.label_counts for part in self.parts)

    @property
    def incomplete_label_counts(self) -> dict[str, int]:
        """Flows with a null or an infinity, by label, labels sorted."""
        return _added(part.incomplete_label_counts for part in self.parts)

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels, sorted."""
        return tuple(self.label_counts)


def read_part(store: Path, part: Part, columns: Sequence[str]) -> pa.Table:
    """These columns of a part's flows, rows in the file's order.

    Features are float64 (a null is NaN), ``label`` is a dictionary of strings, ``complete`` is
    true where no feature is null or infinite.
    """
    try:
        # Not as a data set, which hands out pieces that each column is then put together from.
        with pq.ParquetFile(store / part.parquet, read_dictionary=["label"]) as file:
            return file.read(columns=list(columns), use_threads=False).select(columns)
    except FileNotFoundError as error:
        raise DataError(f"{store}: {part.parquet} is gone; ingest the files again") from error
    except (pa.ArrowInvalid, OSError, KeyError) as error:
        fault = f"{store / part.parquet}: damaged ({error})"
        raise DataError(f"{fault}; remove its folder and ingest the files again") from error


def fingerprint(parts: Iterable[Part], *, dataset: str) -> str:
    """What stands for the data as a whole: the names and contents of its files, in any order."""
    lines = sorted(f"{part.name}\t{part.content_hash}\t{part.release}" for part in parts)
    return hashlib.sha256("\n".join([dataset, *lines]).encode()).hexdigest()


def read_manifest(store: Path) -> Manifest:
    """The manifest of a store; an error says when there is none, or none that can be used."""
    path = store / MANIFEST_FILE
    try:
        return _MANIFEST.validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise DataError(f"{store}: no store here; make one with `threatbench ingest`") from error
    except (OSError, ValidationError) as error:
        fault = f"{path}: not a manifest of version {SCHEMA_VERSION}"
        raise DataError(f"{fault}; ingest the files again") from error


def write_manifest(store: Path, manifest: Manifest) -> None:
    """Put the manifest into the store whole; one that says the same is left untouched."""
    with replaced_whole(store / MANIFEST_FILE) as file:
        file.write(json.dumps(asdict(manifest), indent=1, ensure_ascii=False) + "\n")


@contextmanager
def replaced_whole(path: Path) -> Iterator[TextIO]:
    """A file to write that takes its place at the end, so that nobody sees half of it.

    If it comes to say the same as the one that is there, that one stays as it is.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            yield file
        if not path.is_file() or not filecmp.cmp(temporary, path, shallow=False):
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


_MANIFEST: Final = TypeAdapter(Manifest)


def _added(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return dict(sorted(total.items()))
