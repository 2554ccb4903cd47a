"""The careful way through a CSV file: good lines are kept, broken ones set aside with a reason."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import pyarrow as pa

from pipeline.csv_lines import NULL_TEXTS, label_fault, parse_lines
from pipeline.header import MAX_LINE_BYTES, Header

SHOWN_CHARACTERS: Final = 160

_LINE: Final = re.compile(rb"([^\r\n]*)(\r\n|\r|\n|\Z)")
_NUMBER_PATTERN: Final = (
    r"[ \t]*[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf|infinity|nan(?:\(\w*\))?)[ \t]*"
)
_NUMBER: Final = re.compile(_NUMBER_PATTERN, re.IGNORECASE | re.ASCII)
_NUMBER_LINES: Final = re.compile(
    rf"(?:{_NUMBER_PATTERN})?(?:\n(?:{_NUMBER_PATTERN})?)*", re.IGNORECASE | re.ASCII
)
_BLOCK_LINES: Final = 16384
_FEW_LINES: Final = 512


@dataclass(frozen=True, kw_only=True)
class Quarantined:
    """A line that is no flow: its number in the file, why, and how it begins."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Block:
    """Lines of a file: the flows in pieces, the number of each one's line, and the broken lines."""

    lines: list[int]
    tables: list[pa.Table]
    quarantined: list[Quarantined]


class Line(NamedTuple):
    """Where a line stands in the file: its number, its first byte and the one past its last."""

    number: int
    start: int
    stop: int


def read_carefully(data: bytes, header: Header) -> tuple[pa.Table | None, list[Quarantined]]:
    """All good flows in the file's order (``None`` if there is none), and all broken lines.

    A record is a line that is not empty: a line break within quotes ends the record, so that one
    stray quote cannot swallow what follows. Every line is either kept or set aside. What is good
    is for pyarrow's parser to say, as on the fast way; blocks that it refuses are halved.
    """
    blocks = list(read_blocks(data, header))
    tables = [table for block in blocks for table in block.tables]
    quarantined = [entry for block in blocks for entry in block.quarantined]
    return (pa.concat_tables(tables) if tables else None), quarantined


def read_blocks(data: bytes, header: Header) -> Iterator[Block]:
    """All good flows and all broken lines, as :func:`read_carefully`, some thousand at a time."""
    for lines in _blocks(data, header):
        reader = _CarefulReader(data=data, header=header, quarantined=[])
        tables = list(reader.good_flows(lines))
        broken = {entry.line for entry in reader.quarantined}
        yield Block(
            lines=[line.number for line in lines if line.number not in broken],
            tables=tables,
            quarantined=sorted(reader.quarantined, key=lambda entry: entry.line),
        )


@dataclass(frozen=True, kw_only=True)
class _CarefulReader:
    data: bytes
    header: Header
    quarantined: list[Quarantined]

    def good_flows(self, block: Sequence[Line]) -> Iterator[pa.Table]:
        if not block:
            return
        span = self._buffer(block[0].start, block[-1].stop)
        table = parse_lines(span, self.header, expected_rows=len(block))
        if table is not None:
            yield table
        elif len(block) > _FEW_LINES:
            middle = len(block) // 2
            yield from self.good_flows(block[:middle])
            yield from self.good_flows(block[middle:])
        else:
            yield from self._good_lines(block)

    def _good_lines(self, block: Sequence[Line]) -> Iterator[pa.Table]:
        """A short block line by line: what is plainly broken goes before pyarrow is asked."""
        faults = [self._fault(line) for line in block]
        likely = [line for line, fault in zip(block, faults, strict=True) if fault is None]
        for line, fault in zip(block, faults, strict=True):
            if fault is not None:
                self._set_aside(line, fault)
        table = self._parse(likely)
        if table is not None:
            yield table
            return
        for line in likely:
            table = self._parse([line])
            if table is None:
                self._set_aside(line, "it is no line of CSV (see its quotes)")
            else:
                yield table

    def _parse(self, lines: Sequence[Line]) -> pa.Table | None:
        joined = b"\n".join(self.data[line.start : line.stop] for line in lines)
        return parse_lines(pa.py_buffer(joined), self.header, expected_rows=len(lines))

    def _fault(self, line: Line) -> str | None:
        if line.stop - line.start >= MAX_LINE_BYTES:
            return f"the line is longer than {MAX_LINE_BYTES:,} bytes"
        return line_fault(self.data[line.start : line.stop], self.header)

    def _set_aside(self, line: Line, reason: str) -> None:
        shown = self.data[line.start : min(line.stop, line.start + SHOWN_CHARACTERS)]
        text = shown.decode("utf-8", errors="backslashreplace")
        self.quarantined.append(Quarantined(line=line.number, reason=reason, text=text))

    def _buffer(self, start: int, stop: int) -> pa.Buffer:
        return pa.py_buffer(self.data).slice(start, stop - start)


def line_fault(line: bytes, header: Header) -> str | None:
    """What is plainly wrong with a line; ``None`` leaves the question to pyarrow."""
    text = line.decode("utf-8", errors="surrogateescape")
    try:
        fields = next(csv.reader([text], strict=True), [])
    except csv.Error as error:
        return "a quote is not closed" if "unexpected end" in str(error) else None
    if len(fields) != len(header.columns):
        return f"{len(fields)} fields, where the header has {len(header.columns)}"
    by_name = dict(zip(header.columns, fields, strict=True))
    numbers = [by_name[name] for name in header.release.features]
    if not _NUMBER_LINES.fullmatch("\n".join(numbers)):
        for name, number in zip(header.release.features, numbers, strict=True):
            if not is_number(number):
                return f"column {name!r}: {number[:40]!r} is not a number"
    return _label_fault(by_name[header.label_column]) if header.label_column else None


def _label_fault(label: str) -> str | None:
    if any("\udc80" <= character <= "\udcff" for character in label):
        return "the label is not UTF-8 text"
    return label_fault(label)


def is_number(field: str) -> bool:
    """Whether pyarrow's parser takes this for a number or for a null.

    >>> [is_number(field) for field in ("1e400", "", "1,5", "None")]
    [True, True, False, False]
    """
    return field in NULL_TEXTS or _NUMBER.fullmatch(field) is not None


def _blocks(data: bytes, header: Header) -> Iterator[list[Line]]:
    block: list[Line] = []
    for line in _lines(data, header):
        block.append(line)
        if len(block) == _BLOCK_LINES:
            yield block
            block = []
    yield block


def _lines(data: bytes, header: Header) -> Iterator[Line]:
    """Every line below the header that is not empty."""
    place = header.size
    number = header.lines
    while place < len(data):
        found = _LINE.match(data, place)
        if found is None:
            return
        number += 1
        if found.end(1) > place:
            yield Line(number, place, found.end(1))
        place = found.end()
