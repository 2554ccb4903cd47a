"""How many rows repeat an earlier row, label by label, counted from the parts' row hashes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import dask
import numpy as np
from dask import delayed

from pipeline.errors import DataError
from pipeline.manifest import Manifest, Part
from pipeline.parts import HASHES_FILE
from pipeline.row_hashes import Hashes

BUCKET_ROWS: Final = 1 << 22
"""About so many hashes are sorted at once: 32 MiB."""

_HASH_END: Final = 1 << 64


@dataclass(frozen=True, kw_only=True)
class Duplicates:
    """Rows by label that repeat an earlier row: its features and its label.

    ``exact`` compares float64 values, ``float32`` the same rounded to float32, as the published
    figures do. Null equals null, and 0.0 equals -0.0.
    """

    exact: dict[str, int]
    float32: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class _Bucket:
    """The rows of one label whose hashes lie in a range."""

    label: str
    low: int
    high: int


def count_duplicates(store: Path, manifest: Manifest) -> Duplicates:
    """The repeats in the whole store.

    Rows are compared by 64-bit hashes: see ``row_hashes`` for how seldom that errs. They are
    counted in ranges of hashes, so memory stays bounded whatever the number of rows.
    """
    tasks = [
        delayed(_count_distinct, pure=False)(store, manifest.parts, buckets)
        for buckets in _bundles(manifest.label_counts)
    ]
    distinct: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    for pair in dask.compute(*tasks):
        for total, found in zip(distinct, pair, strict=True):
            total.update(found)
    exact, float32 = (
        {label: rows - found[label] for label, rows in manifest.label_counts.items()}
        for found in distinct
    )
    return Duplicates(exact=exact, float32=float32)


def _bundles(label_counts: dict[str, int]) -> Iterator[list[_Bucket]]:
    """Buckets of about equal size: rare labels together, frequent ones in several ranges."""
    bundle: list[_Bucket] = []
    rows = 0
    for label, label_rows in label_counts.items():
        ranges = -(-label_rows // BUCKET_ROWS)
        for edge in range(ranges):
            low, high = (_HASH_END * (edge + i) // ranges for i in (0, 1))
            bundle.append(_Bucket(label=label, low=low, high=high))
            rows += label_rows // ranges
            if rows >= BUCKET_ROWS:
                yield bundle
                bundle, rows = [], 0
    if bundle:
        yield bundle


def _load(path: Path) -> Hashes:
    try:
        hashes: Hashes = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        fault = f"{path}: damaged ({error})"
        raise DataError(f"{fault}; remove its folder and ingest the files again") from error
    return hashes


def _count_distinct(
    store: Path, parts: Sequence[Part], buckets: Sequence[_Bucket]
) -> tuple[Counter[str], Counter[str]]:
    exact: Counter[str] = Counter()
    float32: Counter[str] = Counter()
    pieces: list[tuple[list[Hashes], list[Hashes]]] = [([], []) for _ in buckets]
    for part in parts:
        hashes = _load(store / part.folder / HASHES_FILE)
        places = _places(part)
        for bucket, found in zip(buckets, pieces, strict=True):
            if bucket.label in places:
                found[0].append(_in_range(hashes[0, places[bucket.label]], bucket))
                found[1].append(_in_range(hashes[1, places[bucket.label]], bucket))
    for bucket, (of_exact, of_float32) in zip(buckets, pieces, strict=True):
        exact[bucket.label] += _distinct(of_exact)
        float32[bucket.label] += _distinct(of_float32)
    return exact, float32


def _places(part: Part) -> dict[str, slice]:
    """Where the hashes of each label stand, class by class in the order of the counts."""
    ends = np.cumsum(list(part.label_counts.values())).tolist()
    starts = [0, *ends[:-1]]
    return dict(zip(part.label_counts, map(slice, starts, ends), strict=True))


def _in_range(hashes: Hashes, bucket: _Bucket) -> Hashes:
    """A copy of the hashes in the bucket's range; they are sorted."""
    low = int(np.searchsorted(hashes, np.uint64(bucket.low)))
    if bucket.high >= _HASH_END:
        return np.array(hashes[low:])
    return np.array(hashes[low : int(np.searchsorted(hashes, np.uint64(bucket.high)))])


def _distinct(pieces: Sequence[Hashes]) -> int:
    hashes = np.concatenate([np.zeros(0, np.uint64), *pieces])
    hashes.sort()
    return int(np.count_nonzero(hashes[1:] != hashes[:-1])) + int(len(hashes) > 0)
