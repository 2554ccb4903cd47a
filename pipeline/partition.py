"""One CSV file to one partition of a Dask dataframe, with what was found out on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline.csv_lines import count_lines, parse_lines
from pipeline.dataset import Dataset, Release
from pipeline.errors import FileError
from pipeline.header import Header, read_header
from pipeline.parts import is_whole, part_folder
from pipeline.quarantine import Quarantined, read_carefully
from pipeline.sources import Source

if TYPE_CHECKING:
    import dask.dataframe as dd

MAX_LABELS: Final = 1000
"""A column with more values than this is no label."""

_READING: Final = "reading"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What reading a file came to; it travels in the ``attrs`` of its partition.

    ``fault`` says why there are no flows. ``is_stored`` says that the store holds this content
    already, so that nothing was parsed.
    """

    source: Source
    content_hash: str = ""
    header: Header | None = None
    quarantined: tuple[Quarantined, ...] = ()
    is_stored: bool = False
    fault: str | None = None

    def __deepcopy__(self, _memo: dict[int, object]) -> Reading:
        """Itself: pandas copies ``attrs`` with every column taken, and nothing here can change."""
        return self


def flows_frame(
    sources: Sequence[Source], *, dataset: Dataset, release: Release, store: Path
) -> dd.DataFrame:
    """A Dask dataframe of all flows, one partition a file: features float64, label, file's order.

    Columns are backed by Arrow, so they reach Parquet and NumPy without a copy. A file whose
    content the store holds already, or which is broken, gives a partition without rows.
    """
    import dask.dataframe as dd  # here since it is slow to import, and a full store needs none

    frame: dd.DataFrame = dd.from_map(
        read_partition,
        list(sources),
        dataset=dataset,
        release=release,
        store=store,
        meta=_frame(_no_flows(release)),
        enforce_metadata=False,
        label="read-flows",
    )
    return frame


def read_partition(
    source: Source, *, dataset: Dataset, release: Release, store: Path
) -> pd.DataFrame:
    """The flows of one file; its bytes are read once, so what is hashed is what is parsed."""
    try:
        flows, reading = _read(source, dataset=dataset, release=release, store=store)
    except OSError as error:
        fault = f"it could not be read ({error.strerror}); check the file"
        flows, reading = None, Reading(source=source, fault=fault)
    except FileError as error:
        flows, reading = None, Reading(source=source, fault=str(error))
    frame = _frame(_no_flows(release) if flows is None else flows)
    frame.attrs[_READING] = reading
    return frame


def reading_of(partition: pd.DataFrame) -> Reading:
    """What reading the partition's file came to."""
    reading: Reading = partition.attrs[_READING]
    return reading


def flows_of(partition: pd.DataFrame) -> pa.Table:
    """The partition's own Arrow columns, not copied."""
    return pa.table({name: pa.array(column.array) for name, column in partition.items()})


def read_flows(data: bytes, header: Header, dataset: Dataset) -> tuple[pa.Table, list[Quarantined]]:
    """The good flows in the bytes of a file, and the lines that are none.

    Each column is one piece; the labels are spelled as in the taxonomy, their words sorted.
    """
    body = pa.py_buffer(data).slice(header.size)
    # Without a quote every line is a row, or pyarrow refuses them all; a quote may join lines.
    lines = count_lines(body) if b'"' in data else None
    flows = parse_lines(body, header, expected_rows=lines, null_texts=("",))
    quarantined: list[Quarantined] = []
    if flows is None:
        flows, quarantined = read_carefully(data, header)
    if flows is None and not quarantined:
        raise FileError("it holds a header and no flows; remove it, or fetch it again")
    if flows is None:
        flows = _no_flows(header.release)
    return _with_canonical_labels(flows, dataset), quarantined


def _read(
    source: Source, *, dataset: Dataset, release: Release, store: Path
) -> tuple[pa.Table | None, Reading]:
    data = Path(source.path).read_bytes()
    content_hash = hashlib.sha256(data).hexdigest()
    if is_whole(store / part_folder(content_hash, dataset)):
        return None, Reading(source=source, content_hash=content_hash, is_stored=True)
    header = read_header(data, dataset)
    if header.release != release:
        raise FileError(f"its columns became those of {header.release.name}; ingest it again")
    flows, quarantined = read_flows(data, header, dataset)
    return flows, Reading(
        source=source, content_hash=content_hash, header=header, quarantined=tuple(quarantined)
    )


def _with_canonical_labels(flows: pa.Table, dataset: Dataset) -> pa.Table:
    flows = flows.unify_dictionaries().combine_chunks()
    label = flows.column("label").chunk(0) if flows.num_rows else _no_labels()
    spelled = [dataset.canonical_label(word) for word in label.dictionary.to_pylist()]
    words, place = np.unique(np.array(spelled, dtype=object), return_inverse=True)
    if len(words) > MAX_LABELS:
        raise FileError(f"its label column holds {len(words):,} values; is it the label?")
    codes = place.astype(np.int32)[label.indices.to_numpy()]
    labels = pa.DictionaryArray.from_arrays(codes, pa.array(words, pa.string()))
    return flows.set_column(flows.num_columns - 1, "label", labels)


def _frame(flows: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = flows.to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def _no_flows(release: Release) -> pa.Table:
    empty = [pa.array([], pa.float64()) for _ in release.features]
    return pa.table([*empty, _no_labels()], names=[*release.features, "label"])


def _no_labels() -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array([], pa.int32()), pa.array([], pa.string()))
