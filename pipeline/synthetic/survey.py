"""One pass over written files: counts of all rows, and some rows kept for a closer look."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.csv

from pipeline.flows import Booleans, Floats
from pipeline.row_hashes import Hashes, row_hashes
from pipeline.synthetic.columns import COLUMNS
from pipeline.synthetic.draw import Draw
from pipeline.synthetic.errors import SyntheticError
from pipeline.synthetic.laws import LAWS
from pipeline.synthetic.write import MARKER

HASHES_KEPT: Final = 4_000_000
_BLOCK_BYTES: Final = 4_000_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Rows:
    """Some rows: features (rows, 46) in the release's order, and their labels."""

    X: Floats
    label: np.ndarray[tuple[int], np.dtype[np.object_]]

    def take(self, rows: Booleans | slice) -> Rows:
        """Only these."""
        return Rows(X=self.X[rows], label=self.label[rows])

    def column(self, name: str) -> Floats:
        """One feature."""
        values: Floats = self.X[:, COLUMNS.index(name)]
        return values


@dataclass(frozen=True, kw_only=True, eq=False)
class Survey:
    """What one pass over the files found.

    Attributes
    ----------
    draw
        What the marker says was drawn.
    label_counts
        Rows by label.
    broken
        Rows that break each law.
    repeats
        Share of rows by label that repeat an earlier one at float32 precision.
    head
        The first rows of all labels, and of DDoS labels: files are shuffled, so a fair sample.
    """

    draw: Draw
    label_counts: Mapping[str, int]
    broken: Mapping[str, int]
    repeats: Mapping[str, float]
    head: Rows
    ddos: Rows


def read_marker(directory: Path) -> Draw:
    """The draw that the files of this directory were written from."""
    path = directory / MARKER
    if not path.is_file():
        raise SyntheticError(
            f"{directory}: no {MARKER} here, so these are not synthetic files;"
            " name a directory that synth wrote"
        )
    marker = json.loads(path.read_text(encoding="utf-8"))
    return Draw(
        rows=marker["rows"],
        files=marker["files"],
        seed=marker["seed"],
        labels=tuple(marker["labels"]),
    )


def survey_files(directory: Path, *, head_rows: int, ddos_rows: int) -> Survey:
    """Read all files once, keeping no more than the rows asked for and some hashes."""
    draw = read_marker(directory)
    counts: Counter[str] = Counter()
    broken: Counter[str] = Counter()
    hashes: dict[str, list[Hashes]] = defaultdict(list)
    head, ddos = _Kept(head_rows), _Kept(ddos_rows)
    for rows in _read(directory):
        columns = {name: rows.X[:, number] for number, name in enumerate(COLUMNS)}
        counts.update(rows.label)
        broken.update({name: int(law.broken(columns).sum()) for name, law in LAWS.items()})
        _keep_hashes(hashes, rows, one_in=-(-draw.rows // HASHES_KEPT))
        head.add(rows)
        ddos.add(rows.take(np.array([label.startswith("DDoS") for label in rows.label])))
    return Survey(
        draw=draw,
        label_counts=counts,
        broken=broken,
        repeats={label: _repeat_share(np.concatenate(found)) for label, found in hashes.items()},
        head=head.rows(),
        ddos=ddos.rows(),
    )


def _read(directory: Path) -> Iterator[Rows]:
    types = {name: pa.float64() for name in COLUMNS} | {"label": pa.string()}
    paths = sorted(directory.glob("part-*.csv"))
    if not paths:
        raise SyntheticError(f"{directory}: holds no part-*.csv; write the files again")
    for path in paths:
        reader = pyarrow.csv.open_csv(
            path,
            read_options=pyarrow.csv.ReadOptions(block_size=_BLOCK_BYTES),
            convert_options=pyarrow.csv.ConvertOptions(column_types=types),
        )
        for batch in reader:
            columns = [batch.column(name).to_numpy() for name in COLUMNS]
            label = batch.column("label").to_numpy(zero_copy_only=False)
            yield Rows(X=np.column_stack(columns), label=label)


def _keep_hashes(hashes: dict[str, list[Hashes]], rows: Rows, *, one_in: int) -> None:
    """Keep all copies of one distinct row in so many: an unbiased sample of repeats."""
    _, rounded = row_hashes(tuple(np.ascontiguousarray(rows.X.T)))
    kept = rounded % np.uint64(one_in) == 0
    label = rows.label[kept]
    for name in set(label):
        hashes[name].append(rounded[kept][label == name])


def _repeat_share(hashes: Hashes) -> float:
    return 1.0 - len(np.unique(hashes)) / len(hashes)


class _Kept:
    """The first so many rows of a stream."""

    def __init__(self, most: int) -> None:
        self._room = most
        self._pieces: list[Rows] = []

    def add(self, rows: Rows) -> None:
        """Keep what there is room for, as a copy: a view would keep the whole piece alive."""
        if self._room or not self._pieces:
            piece = rows.take(slice(0, self._room))
            self._room -= len(piece.label)
            self._pieces.append(Rows(X=piece.X.copy(), label=piece.label.copy()))

    def rows(self) -> Rows:
        """All that was kept."""
        return Rows(
            X=np.concatenate([piece.X for piece in self._pieces]),
            label=np.concatenate([piece.label for piece in self._pieces]),
        )
