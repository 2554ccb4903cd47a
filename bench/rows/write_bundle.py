"""A sample of rows written once, part by part, then put together."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from functools import reduce
from pathlib import Path
from typing import Final

import dask
import numpy as np
from dask import delayed

from bench.rows.bundle import META_FILE, SIDES
from pipeline.flows import Integers
from pipeline.manifest import replaced_whole
from pipeline.moments import Moments, merge_moments
from pipeline.rows.sample import RowSample
from pipeline.rows.scale import scaler_of
from pipeline.rows.source import PartRows, RowSource, Side, Turns, load_part

MOMENTS_FILE: Final = "moments.npz"


def write_row_bundle(folder: Path, source: RowSource, samples: Mapping[Side, RowSample]) -> None:
    """Write the samples for ``load_row_bundle``; what an earlier start has left is used.

    Every part's rows become a piece where Dask puts the work, with the moments of its training
    rows; the pieces, in the order of the parts, become one file a side and array.
    """
    if (folder / META_FILE).is_file():
        return
    folder.mkdir(exist_ok=True)
    pieces = [folder / f"piece-{number:06d}" for number in range(len(source.manifest.parts))]
    dask.compute(
        *(
            delayed(write_piece, pure=False)(piece, part, dict(samples))
            for piece, part in zip(pieces, source.parts(), strict=True)
        )
    )
    dask.compute(*(delayed(_join, pure=False)(folder, pieces, samples[side]) for side in SIDES))
    meta = _meta(source, samples, reduce(merge_moments, map(_moments, pieces)))
    with replaced_whole(folder / META_FILE) as file:
        file.write(json.dumps(meta))
    for piece in pieces:
        shutil.rmtree(piece)


def write_piece(folder: Path, rows: PartRows, samples: Mapping[Side, RowSample]) -> None:
    """The part's rows that are drawn, whole or not at all; nothing where they are there."""
    if folder.is_dir():
        return
    unfinished = folder.with_name(f".{folder.name}")
    unfinished.mkdir(exist_ok=True)
    part = load_part(rows, seed=samples["train"].seed)
    for side, sample in samples.items():
        block = part.block(side, sample.cutoffs)
        for name in ("X", "y", "turns"):
            np.save(unfinished / f"{side}-{name}.npy", getattr(block, name))
    moments = part.moments("train")
    np.savez(unfinished / MOMENTS_FILE, count=moments.count, mean=moments.mean, m2=moments.m2)
    unfinished.rename(folder)


def _moments(piece: Path) -> Moments:
    with np.load(piece / MOMENTS_FILE, allow_pickle=False) as arrays:
        return Moments(count=arrays["count"], mean=arrays["mean"], m2=arrays["m2"])


def _join(folder: Path, pieces: Sequence[Path], sample: RowSample) -> None:
    """One array of each kind from all pieces; the wide one a piece at a time."""
    side = sample.side
    y, turns = (
        np.concatenate(
            [np.load(piece / f"{side}-{name}.npy", allow_pickle=False) for piece in pieces]
        )
        for name in ("y", "turns")
    )
    np.save(folder / f"{side}-y.npy", y)
    np.save(folder / f"{side}-rank.npy", _rank(y, turns))
    features = np.load(pieces[0] / f"{side}-X.npy", mmap_mode="r", allow_pickle=False).shape[1]
    X = np.lib.format.open_memmap(
        folder / f"{side}-X.npy", mode="w+", dtype=np.float64, shape=(len(y), features)
    )
    start = 0
    for piece in pieces:
        rows = np.load(piece / f"{side}-X.npy", allow_pickle=False)
        X[start : start + len(rows)] = rows
        start += len(rows)
    X.flush()


def _rank(y: Integers, turns: Turns) -> Integers:
    """Each row's place in its class, in the order of turns."""
    order = np.lexsort((turns, y))
    first = np.searchsorted(y[order], y[order], side="left")
    rank = np.empty(len(y), np.int64)
    rank[order] = np.arange(len(y)) - first
    return rank


def _meta(
    source: RowSource, samples: Mapping[Side, RowSample], moments: Moments
) -> dict[str, object]:
    scaler = scaler_of(moments)
    return {
        "features": source.features,
        "labels": source.labels,
        "mean": scaler.mean_.tolist(),
        "variance": scaler.var_.tolist(),
        "class_rows": {side: samples[side].class_rows.tolist() for side in SIDES},
    }
