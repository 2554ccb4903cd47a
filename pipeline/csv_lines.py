"""Whole lines of flows to columns, by pyarrow's CSV parser: all of them, or none."""

from __future__ import annotations

import math
from collections.abc import Collection
from itertools import chain
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from pipeline.header import MAX_LINE_BYTES, Header

MAX_LABEL_LENGTH: Final = 200

NULL_TEXTS: Final = frozenset(csv.ConvertOptions().null_values)
"""What stands for a null: the empty text, ``NULL``, ``NA``, ``nan`` and the like."""

_LABEL_TYPE: Final = pa.dictionary(pa.int32(), pa.string())
_COUNTED_BYTES: Final = 1 << 20


def parse_lines(
    lines: pa.Buffer,
    header: Header,
    *,
    expected_rows: int | None,
    null_texts: Collection[str] = NULL_TEXTS,
) -> pa.Table | None:
    """The features in the release's order and any ``label``; ``None`` unless every line is good.

    Nulls are NaN. An empty field, ``nan``, ``NULL`` and the like are nulls; what overflows is an
    infinity. A label is good when it is text in UTF-8, not empty and without control characters.
    A quote may join lines into one row: give ``expected_rows`` where there are quotes. Fewer
    ``null_texts`` are looked for faster, and the others are then refused.
    """
    if expected_rows is not None and _count(lines, b'"') % 2:
        return None
    try:
        table = csv.read_csv(pa.BufferReader(lines), *_options(header, null_texts))
    except pa.ArrowInvalid:
        return None
    if expected_rows not in (None, table.num_rows):
        return None
    columns = table.unify_dictionaries().columns
    del table
    labels = [columns.pop()] if header.label_column else []
    words = [chunk.dictionary.to_pylist() for label in labels for chunk in label.chunks[:1]]
    if any(map(label_fault, chain(*words))):
        return None
    # Each column leaves its pieces before the next is joined, so they never lie twice in memory.
    joined = [_joined(columns.pop(0)) for _ in header.release.features]
    joined += [label.combine_chunks() for label in labels]
    return pa.table(joined, names=[*header.release.features, "label"][: len(joined)])


def count_lines(lines: pa.Buffer) -> int:
    r"""How many lines end here, the last one with or without a line end.

    >>> count_lines(pa.py_buffer(b"1,2\n3,4"))
    2
    """
    is_open = lines.size > 0 and lines[-1] != ord("\n")
    return _count(lines, b"\n") + int(is_open)


def label_fault(label: str) -> str | None:
    """Why this text cannot be a label, if it cannot.

    >>> label_fault(" ")
    'the label is empty'
    """
    if not label.strip():
        return "the label is empty"
    if len(label) > MAX_LABEL_LENGTH:
        return f"the label is longer than {MAX_LABEL_LENGTH} characters"
    return None if label.strip().isprintable() else "the label holds control characters"


def _count(lines: pa.Buffer, character: bytes) -> int:
    values = np.frombuffer(lines, np.uint8)
    blocks = (values[i : i + _COUNTED_BYTES] for i in range(0, len(values), _COUNTED_BYTES))
    return sum(int(np.count_nonzero(block == character[0])) for block in blocks)


def _options(
    header: Header, null_texts: Collection[str]
) -> tuple[csv.ReadOptions, csv.ParseOptions, csv.ConvertOptions]:
    features = header.release.features
    types = dict.fromkeys(features, pa.float64())
    if header.label_column:
        types[header.label_column] = _LABEL_TYPE
    return (
        csv.ReadOptions(
            use_threads=False, block_size=MAX_LINE_BYTES, column_names=list(header.columns)
        ),
        csv.ParseOptions(),
        csv.ConvertOptions(
            null_values=list(null_texts),
            column_types=types,
            include_columns=list(types),
        ),
    )


def _joined(column: pa.ChunkedArray) -> pa.Array:
    """The column in one piece, its nulls as NaN."""
    if column.null_count:
        column = pc.fill_null(column, math.nan)
    return column.combine_chunks()
