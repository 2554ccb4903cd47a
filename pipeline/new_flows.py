"""New flows in a CSV file, block by block: what a model needs of each line, or what it lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from pipeline.dataset import Dataset
from pipeline.errors import FileError
from pipeline.flows import Booleans, Floats, Integers
from pipeline.header import read_header
from pipeline.ingest import release_of
from pipeline.quarantine import Block, read_blocks
from pipeline.sources import Source


@dataclass(frozen=True, kw_only=True, eq=False)
class NewFlows:
    """Lines of a file, each by its number: flows that can be labelled, and what others lack.

    Attributes
    ----------
    lines
        int64, (flows,), ascending: the number of each flow's line in the file.
    X
        float64, (flows, features): no NaN, no infinity, no negative zero.
    faults
        By the number of a line that is no flow, or an incomplete one: why.
    """

    lines: Integers
    X: Floats
    faults: Mapping[int, str]


def check_columns(sources: Sequence[Source], dataset: Dataset) -> None:
    """Look at the first line of every file.

    Raises
    ------
    FileError
        One cannot be read, or lacks a column.
    """
    for source in sources:
        try:
            release_of(source, dataset)
        except FileError as error:
            raise FileError(f"{source.path}: {error}") from error


def read_new_flows(source: Source, dataset: Dataset) -> Iterator[NewFlows]:
    """Every line of the file that is not empty, in its order; labels are not looked at.

    Raises
    ------
    FileError
        The file cannot be read, or its columns are others by now.
    """
    try:
        data = Path(source.path).read_bytes()
        header = read_header(data, dataset)
    except OSError as error:
        raise FileError(f"{source.path}: cannot be read ({error.strerror})") from error
    except FileError as error:
        raise FileError(f"{source.path}: {error}") from error
    for block in read_blocks(data, header):
        yield _new_flows(block, header.release.features)


def _new_flows(block: Block, features: Sequence[str]) -> NewFlows:
    X = np.concatenate([np.empty((0, len(features))), *map(_matrix, block.tables)]) + 0.0
    lines, is_finite = np.array(block.lines, np.int64), np.isfinite(X)
    is_complete = is_finite.all(axis=1)
    faults = {entry.line: entry.reason for entry in block.quarantined}
    faults |= _incomplete(lines[~is_complete], is_finite[~is_complete], features)
    return NewFlows(lines=lines[is_complete], X=X[is_complete], faults=faults)


def _matrix(flows: pa.Table) -> Floats:
    return np.column_stack([column.to_numpy() for column in flows.columns])


def _incomplete(lines: Integers, is_finite: Booleans, features: Sequence[str]) -> dict[int, str]:
    """By line, the first feature that is none."""
    first = [features[column] for column in is_finite.argmin(axis=1)]
    told = [f"column {name!r} is null or infinite" for name in first]
    return dict(zip(lines.tolist(), told, strict=True))
