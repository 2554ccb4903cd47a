"""The statistics of a part as a file beside its flows."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np

from pipeline.errors import DataError
from pipeline.moments import Moments
from pipeline.quantiles import Quantiles
from pipeline.statistics import Statistics

STATISTICS_FILE: Final = "statistics.npz"


def save_statistics(folder: Path, statistics: Statistics) -> None:
    """Put the statistics into a folder."""
    quantiles = statistics.quantiles
    np.savez(
        folder / STATISTICS_FILE,
        labels=np.array(statistics.labels, dtype=np.str_),
        allow_pickle=False,
        **_moments_arrays("moments", statistics.moments),
        **_moments_arrays("spare", statistics.spare),
        nulls=statistics.nulls,
        infinities=statistics.infinities,
        extremes=np.stack([statistics.minimum, statistics.maximum]),
        points=np.array([len(one.values) for one in quantiles], np.int64),
        rank_errors=np.array([one.rank_error for one in quantiles]),
        values=np.concatenate([one.values for one in quantiles]),
        counts=np.concatenate([one.counts for one in quantiles]).astype(np.int32),
    )


def load_statistics(folder: Path) -> Statistics:
    """The statistics that were put into a folder; an error says when they are damaged."""
    table = _read(folder / STATISTICS_FILE)
    ends = np.cumsum(table["points"])[:-1]
    columns = zip(
        np.split(table["values"], ends),
        np.split(table["counts"].astype(np.int64), ends),
        table["rank_errors"].tolist(),
        strict=True,
    )
    return Statistics(
        labels=tuple(table["labels"].tolist()),
        moments=_moments("moments", table),
        spare=_moments("spare", table),
        nulls=table["nulls"],
        infinities=table["infinities"],
        minimum=table["extremes"][0],
        maximum=table["extremes"][1],
        quantiles=tuple(
            Quantiles(values=values, counts=counts, rank_error=error)
            for values, counts, error in columns
        ),
    )


def _read(path: Path) -> dict[str, np.ndarray]:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return dict(arrays)
    except (OSError, ValueError, EOFError, BadZipFile) as error:
        fault = f"{path}: damaged ({error})"
        raise DataError(f"{fault}; remove its folder and ingest the files again") from error


def _moments_arrays(name: str, moments: Moments) -> dict[str, Any]:
    return {
        f"{name}_count": moments.count,
        f"{name}_mean": moments.mean,
        f"{name}_m2": moments.m2,
    }


def _moments(name: str, table: dict[str, np.ndarray]) -> Moments:
    return Moments(count=table[f"{name}_count"], mean=table[f"{name}_mean"], m2=table[f"{name}_m2"])
