"""Short runs of rows spread evenly over a store, the same rows however they lie in files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import dask
import numpy as np
from dask import delayed

from pipeline.flows import Floats
from pipeline.manifest import Manifest, Part, read_part
from pipeline.quantiles import Quantiles

Span = tuple[int, int]


def sample_quantiles(
    store: Path, manifest: Manifest, features: Sequence[str], *, runs: int, run_rows: int
) -> tuple[Quantiles, ...]:
    """The quantiles of each feature's finite values in so many runs of so many rows.

    Rows are numbered over all parts, so the sample knows nothing of files, and nothing of labels;
    but the parts that a run lies in are read. Of ranks it promises nothing, unless it is all rows.
    """
    spans = spread_runs([part.rows for part in manifest.parts], runs=runs, run_rows=run_rows)
    pieces = [
        delayed(_read_spans)(store, part, tuple(features), of_part)
        for part, of_part in zip(manifest.parts, spans, strict=True)
        if of_part
    ]
    found: tuple[list[Floats], ...] = dask.compute(*pieces) if features else ()
    error = 0.0 if manifest.rows <= runs * run_rows else 1.0
    return tuple(_quantiles(column, error) for column in zip(*found, strict=True))


def spread_runs(part_rows: Sequence[int], *, runs: int, run_rows: int) -> list[list[Span]]:
    """For each part the spans of its rows that lie in a run; all rows where there are few.

    >>> spread_runs([10, 0, 10], runs=2, run_rows=4)
    [[(0, 4)], [], [(0, 4)]]
    >>> spread_runs([1, 19], runs=2, run_rows=4)
    [[(0, 1)], [(0, 3), (9, 13)]]
    """
    total = sum(part_rows)
    if total <= runs * run_rows:
        return [[(0, rows)] if rows else [] for rows in part_rows]
    starts = np.arange(runs) * total // runs
    firsts = np.cumsum([0, *part_rows])[:-1]
    return [
        _inside(starts - first, run_rows, rows)
        for first, rows in zip(firsts, part_rows, strict=True)
    ]


def _inside(starts: np.ndarray, run_rows: int, rows: int) -> list[Span]:
    lows, highs = np.maximum(starts, 0), np.minimum(starts + run_rows, rows)
    is_inside = lows < highs
    return list(zip(lows[is_inside].tolist(), highs[is_inside].tolist(), strict=True))


def _read_spans(
    store: Path, part: Part, features: tuple[str, ...], spans: Sequence[Span]
) -> list[Floats]:
    flows = read_part(store, part, features)
    rows = np.concatenate([np.arange(low, high) for low, high in spans])
    return [flows.column(name).to_numpy()[rows] for name in features]


def _quantiles(pieces: Sequence[Floats], rank_error: float) -> Quantiles:
    column = np.concatenate(pieces)
    values, counts = np.unique(column[np.isfinite(column)] + 0.0, return_counts=True)
    return Quantiles(values=values, counts=counts, rank_error=rank_error)
