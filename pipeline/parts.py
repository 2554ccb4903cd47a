"""One file's flows in the store: Parquet, statistics, row hashes and quarantine in one folder."""

from __future__ import annotations

import hashlib
import json
import shutil
import uuid
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.dataset import Dataset
from pipeline.errors import DataError
from pipeline.flows import Integers
from pipeline.header import Header
from pipeline.quarantine import Quarantined
from pipeline.row_hashes import row_hashes, sort_by_class
from pipeline.statistics import describe_partition
from pipeline.statistics_file import save_statistics

READER_VERSION: Final = 1
"""Raised when the same bytes would give other flows or statistics; parts are then made anew."""

PARTS_FOLDER: Final = "parts"
FLOWS_FILE: Final = "flows.parquet"
HASHES_FILE: Final = "hashes.npy"
COUNTS_FILE: Final = "counts.json"
QUARANTINED_FILE: Final = "quarantined.jsonl"

_LEFTOVER_SECONDS: Final = 3600
_SIZES: Final = "sizes"

COMPRESSION: Final = "NONE"


def part_folder(content_hash: str, dataset: Dataset) -> str:
    """Where in a store the part of this content lies: the same content, the same folder."""
    shape = (READER_VERSION, dataset.label_columns, dataset.releases, dataset.families)
    key = repr((content_hash, shape, sorted(dataset.aliases.items())))
    return f"{PARTS_FOLDER}/{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def write_part(
    folder: Path, flows: pa.Table, *, quarantined: Sequence[Quarantined], header: Header
) -> None:
    """Put a part's folder into place whole; a folder that is there already says the same."""
    label = flows.column("label").chunk(0)
    labels, codes = tuple(label.dictionary.to_pylist()), label.indices.to_numpy()
    columns = [flows.column(name).chunk(0).to_numpy() for name in header.release.features]
    statistics, complete = describe_partition(columns, codes, labels)
    hashes = [sort_by_class(one, codes, len(labels)) for one in row_hashes(columns)]
    counts = {
        "release": header.release.name,
        "ignored_columns": header.ignored_columns,
        "rows": flows.num_rows,
        "rows_quarantined": len(quarantined),
        "label_counts": _by_label(labels, codes),
        "incomplete_label_counts": _by_label(labels, codes[~complete]),
    }
    with _placed_whole(folder) as new:
        few = [one.rank_error == 0.0 for one in statistics.quantiles]
        _write_flows(new / FLOWS_FILE, flows.append_column("complete", [complete]), few)
        save_statistics(new, statistics)
        np.save(new / HASHES_FILE, np.stack(hashes))
        lines = (json.dumps(asdict(entry), ensure_ascii=False) + "\n" for entry in quarantined)
        (new / QUARANTINED_FILE).write_text("".join(lines), encoding="utf-8")
        sizes = {path.name: path.stat().st_size for path in new.iterdir()}
        said = json.dumps(counts | {_SIZES: sizes})
        (new / COUNTS_FILE).write_text(said, encoding="utf-8")


def read_counts(folder: Path) -> dict[str, Any]:
    """What a part holds, in numbers."""
    counts = _read_said(folder)
    return {name: item for name, item in counts.items() if name != _SIZES}


def rows_in_place(store: Path, known: Container[str]) -> dict[str, int]:
    """The rows of each part of a store, by its folder's name, but those that are known already.

    A part that comes into place or goes away just now may or may not be among them.
    """
    found = {}
    for path in (store / PARTS_FOLDER).glob(f"[!.]*/{COUNTS_FILE}"):
        if path.parent.name not in known:
            with suppress(OSError, ValueError, KeyError):
                found[path.parent.name] = int(_read_said(path.parent)["rows"])
    return found


def is_whole(folder: Path) -> bool:
    """Whether every file of a part is there, as long as it was when it was written."""
    try:
        sizes = _read_said(folder)[_SIZES]
        return all((folder / name).stat().st_size == size for name, size in sizes.items())
    except (OSError, ValueError, KeyError):
        return False


def remove_leftovers(store: Path, *, now_seconds: float) -> None:
    """Remove what writers that were killed left half done more than an hour ago.

    A living writer's folder is seconds old, so ingests at the same time do not meet here.
    """
    for folder in (store / PARTS_FOLDER).glob(".*"):
        with suppress(FileNotFoundError):
            if folder.stat().st_mtime < now_seconds - _LEFTOVER_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def writing_to(store: Path) -> Iterator[None]:
    """Turn what the file system refuses into an error that says what to do."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        remedy = "mend that and ingest again: what is done stays done"
        raise DataError(f"{store}: the store cannot be written ({reason}); {remedy}") from error


def _read_said(folder: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((folder / COUNTS_FILE).read_text(encoding="utf-8"))
    return said


def _by_label(labels: Sequence[str], codes: Integers) -> dict[str, int]:
    counts = np.bincount(codes, minlength=len(labels)).tolist()
    return {label: rows for label, rows in zip(labels, counts, strict=True) if rows}


@contextmanager
def _placed_whole(folder: Path) -> Iterator[Path]:
    """A new folder that takes its place by one rename, or vanishes if another came first.

    One that has lost some of its bytes since is put aside and removed.
    """
    new, aside = (folder.with_name(f".{folder.name}.{uuid.uuid4().hex}") for _ in range(2))
    new.mkdir(parents=True)
    try:
        yield new
        if folder.exists() and not is_whole(folder):
            with suppress(FileNotFoundError):
                folder.rename(aside)
        new.rename(folder)
    except OSError:
        if not is_whole(folder):
            raise
    finally:
        for left in (new, aside):
            shutil.rmtree(left, ignore_errors=True)


def _write_flows(path: Path, flows: pa.Table, few: Sequence[bool]) -> None:
    """Columns without definition levels (a null is NaN), a dictionary where values are few.

    Elsewhere a dictionary costs more than it saves; both were measured against reading speed.
    """
    names = flows.column_names
    coded = {"label", *(name for name, is_few in zip(names, few, strict=False) if is_few)}
    never_null = [field.with_nullable(nullable=False) for field in flows.schema]
    pq.write_table(
        pa.table([column.chunk(0) for column in flows.columns], schema=pa.schema(never_null)),
        path,
        use_dictionary=sorted(coded),
        compression={name: "NONE" if name in coded else COMPRESSION for name in names},
        write_statistics=False,
        row_group_size=max(flows.num_rows, 1),
    )
