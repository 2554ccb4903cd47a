"""Synthetic CSV files in the shape of the release with 169 part files."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Final

import dask
import numpy as np
import pyarrow as pa
import pyarrow.csv

from pipeline.flows import Floats, Integers
from pipeline.manifest import replaced_whole
from pipeline.synthetic.columns import BITS, COLUMNS
from pipeline.synthetic.draw import Draw, draw_rows, new_draw
from pipeline.synthetic.errors import SyntheticError

MARKER: Final = "synthetic.json"
GENERATOR_VERSION: Final = 1
_BATCH_ROWS: Final = 262_144
_BIT_TEXT: Final = pa.array(["0.0", "1.0"])
_SCHEMA: Final = pa.schema(
    [(name, pa.string() if name in BITS else pa.float64()) for name in COLUMNS]
    + [("label", pa.string())]
)
_OPTIONS: Final = pyarrow.csv.WriteOptions(quoting_style="none", quoting_header="none")


def write_dataset(
    directory: Path, *, rows: int, files: int, seed: int, labels: Sequence[str] | None = None
) -> list[Path]:
    """Write a synthetic data set, one task a file, and come back with the paths in order.

    The same (rows, files, seed, labels) gives the same bytes on any number of workers, so two may
    write the same draw at a time: whole files are only ever replaced by the same. The
    marker ``synthetic.json`` beside the files says that nothing in them was measured.
    """
    draw = new_draw(rows=rows, files=files, seed=seed, labels=labels)
    directory = directory.absolute()  # a worker's working directory may be another
    marker = {"synthetic": True, "generator_version": GENERATOR_VERSION} | asdict(draw)
    text = json.dumps(marker, indent=1) + "\n"
    with _writing_to(directory):
        directory.mkdir(parents=True, exist_ok=True)
        if not _is_marked(directory, text):
            _clear(directory)
            with replaced_whole(directory / MARKER) as file:
                file.write(text)
    write = dask.delayed(write_file, pure=False)
    paths: tuple[Path, ...] = dask.compute(
        *(write(draw, index, directory) for index in range(files))
    )
    return list(paths)


def write_file(draw: Draw, index: int, directory: Path) -> Path:
    """Write one file of the draw; it is complete as soon as it has its name."""
    path = directory / f"part-{index:05d}.csv"
    unfinished = path.with_suffix(f".csv.{uuid.uuid4().hex}")
    try:
        with (
            _writing_to(path),
            pyarrow.csv.CSVWriter(unfinished, _SCHEMA, write_options=_OPTIONS) as writer,
        ):
            for table in _tables(draw, index):
                writer.write_table(table)
    except SyntheticError:
        unfinished.unlink(missing_ok=True)
        raise
    return unfinished.replace(path)


@contextmanager
def _writing_to(path: Path) -> Iterator[None]:
    """Turn what the file system refuses into an error that says what to do."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        raise SyntheticError(
            f"{path}: cannot be written ({reason}); make room, or name another place"
        ) from error


def _is_marked(directory: Path, text: str) -> bool:
    marker = directory / MARKER
    return marker.is_file() and marker.read_text(encoding="utf-8") == text


def _clear(directory: Path) -> None:
    """Remove the files of an earlier draw; refuse to touch any others."""
    earlier = sorted(directory.glob("*.csv"))
    if earlier and not (directory / MARKER).is_file():
        raise SyntheticError(
            f"{directory}: holds {earlier[0].name}, which is not synthetic; name another directory"
        )
    for path in earlier:
        path.unlink()


def _tables(draw: Draw, index: int) -> Iterator[pa.Table]:
    begin, end = draw.places(index)
    for start in range(begin, end, _BATCH_ROWS):
        yield _table(draw, *draw_rows(draw, start, min(start + _BATCH_ROWS, end)))


def _table(draw: Draw, columns: dict[str, Floats], label: Integers) -> pa.Table:
    arrays = [_array(name, columns[name]) for name in COLUMNS]
    names = pa.array([attack.label for attack in draw.attacks])
    return pa.table([*arrays, names.take(pa.array(label))], schema=_SCHEMA)


def _array(name: str, values: Floats) -> pa.Array:
    if name in BITS:
        return _BIT_TEXT.take(pa.array(values.astype(np.int8)))
    return pa.array(values)
