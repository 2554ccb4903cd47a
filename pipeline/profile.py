"""Profile: what every row of a store comes to, merged from what ingest counted in its parts."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from pipeline.duplicates import Duplicates, count_duplicates
from pipeline.errors import DataError
from pipeline.findings import read_quarantined
from pipeline.manifest import Manifest, Part, read_manifest
from pipeline.moments import merge_moments
from pipeline.statistics import Statistics, merge_statistics
from pipeline.statistics_file import load_statistics
from pipeline.tree import merge_by_tree

SCHEMA_VERSION: Final = 1
HEAD_ROWS: Final = 10
QUARANTINE_ROWS: Final = 50

Row = dict[str, float | str | None]


@dataclass(frozen=True, kw_only=True)
class Profile:
    """A store's shape, values and labels; everything in it can be written as JSON.

    Attributes
    ----------
    head
        The first ten rows, files in the order of their names; a null is ``None``, an infinity
        ``"inf"`` or ``"-inf"``.
    describe
        For each feature count, mean, std (of a sample), min, quartiles and max of its finite
        values; ``None`` where there are too few. Nulls and infinities are counted beside.
    quantile_rank_error
        The share of rows by which a quartile's rank may be off at most; 0.0 where it is exact.
    quarantine, quarantined_files
        The first fifty lines that are no flow (``file``, ``line``, ``reason``, ``text``), files in
        the order of their names, and how many there are in each file.
    """

    rows: int
    rows_incomplete: int
    rows_quarantined: int
    columns: tuple[str, ...]
    head: tuple[Row, ...]
    dtypes: dict[str, str]
    nulls: dict[str, int]
    infinities: dict[str, int]
    describe: dict[str, dict[str, float | None]]
    quantile_rank_error: dict[str, float]
    labels: dict[str, int]
    families: dict[str, int]
    unknown_labels: dict[str, int]
    duplicates: Duplicates
    quarantine: tuple[dict[str, Any], ...] = ()
    quarantined_files: dict[str, int] = field(default_factory=dict)
    schema_version: int = SCHEMA_VERSION

    def to_json(self) -> dict[str, Any]:
        """The same as plain dicts, lists, numbers and texts."""
        return asdict(self)


def profile_store(store: Path) -> Profile:
    """The profile of all flows in a store.

    Nothing is read again but ten rows and the row hashes: the parts' statistics are merged along a
    tree. Counts, extremes and quantiles are the same however the rows lie in files (quantiles of
    columns with many values: within their stated error), means and deviations up to rounding.
    On the same files everything is the same to the bit, whatever the workers.
    """
    manifest = read_manifest(store)
    if not manifest.rows:
        raise DataError(f"{store}: there are no flows in this store; ingest some")
    statistics = merge_by_tree(
        [str(store / part.folder) for part in manifest.parts],
        load=_load,
        merge=merge_statistics,
    )
    features = manifest.features
    return Profile(
        rows=manifest.rows,
        rows_incomplete=manifest.rows_incomplete,
        rows_quarantined=manifest.rows_quarantined,
        columns=(*features, "label"),
        head=tuple(islice(_rows(store, manifest.parts), HEAD_ROWS)),
        dtypes=dict.fromkeys(features, "float64") | {"label": "category"},
        nulls=dict(zip(features, statistics.nulls.tolist(), strict=True)),
        infinities=dict(zip(features, statistics.infinities.tolist(), strict=True)),
        describe=dict(zip(features, _describe(statistics), strict=True)),
        quantile_rank_error={
            name: quantiles.rank_error
            for name, quantiles in zip(features, statistics.quantiles, strict=True)
        },
        labels=manifest.label_counts,
        families=_families(manifest),
        unknown_labels=manifest.unknown_labels,
        duplicates=count_duplicates(store, manifest),
        quarantine=tuple(islice(_quarantine(store, manifest.parts), QUARANTINE_ROWS)),
        quarantined_files={
            part.name: part.rows_quarantined for part in manifest.parts if part.rows_quarantined
        },
    )


def _load(folder: str) -> Statistics:
    return load_statistics(Path(folder))


def _rows(store: Path, parts: Iterable[Part]) -> Iterable[Row]:
    for part in parts:
        flows = pq.ParquetFile(store / part.parquet)
        for batch in flows.iter_batches(batch_size=HEAD_ROWS):
            for row in batch.drop_columns(["complete"]).to_pylist():
                yield {name: _plain(value) for name, value in row.items()}


def _quarantine(store: Path, parts: Iterable[Part]) -> Iterable[dict[str, Any]]:
    for part in parts:
        yield from ({"file": part.name} | entry for entry in read_quarantined(store, part))


def _plain(value: float | str) -> float | str | None:
    if isinstance(value, str):
        return value
    if math.isnan(value):
        return None
    return value if math.isfinite(value) else str(value)


def _describe(statistics: Statistics) -> Iterable[dict[str, float | None]]:
    pooled = statistics.moments.pooled()
    for index, quantiles in enumerate(statistics.quantiles):
        values = merge_moments(pooled.columns([index]), statistics.spare.take([index]))
        count = int(values.count[0])
        variance = values.m2[0, 0] / (count - 1) if count > 1 else math.nan
        numbers = {
            "mean": values.mean[0, 0] if count else math.nan,
            "std": math.sqrt(variance) if variance >= 0 else math.nan,
            "min": statistics.minimum[index],
            "25%": quantiles.at(0.25),
            "50%": quantiles.at(0.5),
            "75%": quantiles.at(0.75),
            "max": statistics.maximum[index],
        }
        yield {"count": count} | {name: _finite(number) for name, number in numbers.items()}


def _finite(number: float) -> float | None:
    return float(number) if math.isfinite(number) else None


def _families(manifest: Manifest) -> dict[str, int]:
    families: Counter[str] = Counter()
    for label, rows in manifest.label_counts.items():
        families[manifest.families[label]] += rows
    return dict(families.most_common())
