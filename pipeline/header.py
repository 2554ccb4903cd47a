"""The first line of a CSV file: which release its columns are, or why they are none."""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.dataset import Dataset, Release
from pipeline.errors import FileError

MAX_LINE_BYTES: Final = 1 << 20
"""A longer line is no line of a CSV file of flows."""

_FIRST_LINE: Final = re.compile(rb"\A(?:\xef\xbb\xbf)?[\r\n]*([^\r\n]+)(?:\r\n|\r|\n)?")
_VALUE: Final = re.compile(r"[-+]?[\d.]+(?:e[-+]?\d+)?", re.IGNORECASE)
_SIGNATURES: Final[Mapping[bytes, str]] = {
    b"\x1f\x8b": "gzip-compressed; unpack it first (gunzip)",
    b"\x28\xb5\x2f\xfd": "zstd-compressed; unpack it first (unzstd)",
    b"BZh": "bzip2-compressed; unpack it first (bunzip2)",
    b"\xfd7zXZ": "xz-compressed; unpack it first (unxz)",
    b"PK\x03\x04": "a zip archive; unpack it first (unzip)",
    b"PAR1": "a Parquet file; write it as CSV first",
    b"\xff\xfe": "in UTF-16; write it as UTF-8 first",
    b"\xfe\xff": "in UTF-16; write it as UTF-8 first",
}
_SEPARATORS: Final[Mapping[str, str]] = {";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True, kw_only=True)
class Header:
    """The columns of a file; its flows begin at byte ``size``.

    ``label_column`` is None where labels are not looked at.
    """

    columns: tuple[str, ...]
    label_column: str | None
    release: Release
    ignored_columns: tuple[str, ...]
    size: int
    lines: int


def read_header(start: bytes, dataset: Dataset) -> Header:
    """The header in the first bytes of a file, columns matched by name in any order.

    The release with most features wins among those whose features are all there. A data set that
    names no label column has flows without labels. An error says in one sentence why the file is
    not usable; it leaves the file's name to the caller.
    """
    _refuse_other_formats(start)
    line = _FIRST_LINE.search(start)
    if line is None:
        raise FileError("empty; remove it, or fetch it again")
    text = _text(line.group(1))
    columns = _columns(text)
    release = _release(columns, dataset, text=text)
    label_column = _label_column(columns, dataset)
    used = {*release.features, *filter(None, [label_column])}
    _refuse_repeats(columns, used)
    return Header(
        columns=columns,
        label_column=label_column,
        release=release,
        ignored_columns=tuple(column for column in columns if column not in used),
        size=line.end(),
        lines=len(re.findall(rb"\r\n|\r|\n", start[: line.end()])),
    )


def _refuse_other_formats(start: bytes) -> None:
    for signature, what in _SIGNATURES.items():
        if start.startswith(signature):
            raise FileError(what)


def _text(line: bytes) -> str:
    if len(line) > MAX_LINE_BYTES // 2:
        raise FileError("its first line is no header: it is too long; is this a CSV file?")
    if b"\0" in line:
        raise FileError("not text: NUL bytes stand in its first line; is this a CSV file?")
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FileError("its header is not UTF-8 text; write the file as UTF-8") from error


def _columns(text: str) -> tuple[str, ...]:
    try:
        return tuple(column.strip() for column in next(csv.reader([text])))
    except csv.Error as error:
        raise FileError(f"its first line is no header ({error}); is this a CSV file?") from error


def _release(columns: Sequence[str], dataset: Dataset, *, text: str) -> Release:
    present = set(columns)
    full = [release for release in dataset.releases if present.issuperset(release.features)]
    if full:
        return max(full, key=lambda release: len(release.features))
    nearest = max(dataset.releases, key=lambda release: len(present & set(release.features)))
    raise FileError(_why_no_release(columns, nearest, text=text, dataset=dataset))


def _why_no_release(
    columns: Sequence[str], nearest: Release, *, text: str, dataset: Dataset
) -> str:
    missing = [feature for feature in nearest.features if feature not in columns]
    if len(missing) < len(nearest.features):
        return _why_columns_are_missing(columns, missing, f"release {nearest.name}")
    known = {feature for release in dataset.releases for feature in release.features}
    for separator, name in _SEPARATORS.items():
        if separator in text and known.intersection(text.split(separator)):
            return f"its columns are separated by {name}; write it with commas"
    if any(_VALUE.fullmatch(column) for column in columns):
        return "it has no header: its first line holds values; put the column names there"
    return f"none of its columns is one of {dataset.name}; is it another data set?"


def _why_columns_are_missing(columns: Sequence[str], missing: Sequence[str], release: str) -> str:
    names = ", ".join(repr(name) for name in missing[:3])
    more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
    near = difflib.get_close_matches(missing[0], columns, n=1, cutoff=0.8)
    hint = f"; is {near[0]!r} meant for {missing[0]!r}?" if near else "; add what is missing"
    return f"{release} needs the column{'s' if len(missing) > 1 else ''} {names}{more}{hint}"


def _label_column(columns: Sequence[str], dataset: Dataset) -> str | None:
    if not dataset.label_columns:
        return None
    for name in dataset.label_columns:
        if name in columns:
            return name
    raise FileError(f"it has no label column; name one {' or '.join(dataset.label_columns)}")


def _refuse_repeats(columns: Sequence[str], used: set[str]) -> None:
    repeated = [name for name in sorted(used) if list(columns).count(name) > 1]
    if repeated:
        raise FileError(f"the column {repeated[0]!r} stands there twice; keep one")
