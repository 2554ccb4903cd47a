"""The CSV files that a person names, by file or by folder, in one canonical order."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.errors import DataError

SYNTHETIC_MARKER: Final = "synthetic.json"
"""A file of this name beside CSV files says that they were simulated."""

_SUFFIXES: Final = (".csv", ".csv.gz", ".csv.zst", ".csv.bz2", ".csv.xz", ".csv.zip")


@dataclass(frozen=True, kw_only=True)
class Source:
    """A CSV file as it was when it was looked at; ``fault`` says why it cannot be opened."""

    name: str
    path: str
    bytes: int = 0
    modified_ns: int = 0
    fault: str | None = None


def find_sources(paths: Sequence[Path]) -> tuple[Source, ...]:
    """All files named, and all CSV files in the folders named, by name and then by path.

    Folders are not searched below their first level. A file that is named twice comes once.
    """
    files = {os.path.abspath(file): file for path in paths for file in _files(path)}  # noqa: PTH100
    sources = [_source(Path(path)) for path in files]
    if not sources:
        raise DataError("no CSV file was named; give files, or folders that hold some")
    return tuple(sorted(sources, key=lambda source: (source.name, source.path)))


def is_synthetic(path: str) -> bool:
    """Whether the file lies in a folder of simulated flows."""
    return Path(path).with_name(SYNTHETIC_MARKER).is_file()


def _files(path: Path) -> Iterator[Path]:
    if not path.exists() and not path.is_symlink():
        raise DataError(f"{path}: no such file or folder; check the path")
    if not path.is_dir():
        yield path
        return
    try:
        found = [file for file in path.iterdir() if _is_csv(file)]
    except OSError as error:
        raise DataError(f"{path}: the folder cannot be read ({error.strerror})") from error
    if not found:
        raise DataError(f"{path}: no CSV file in this folder; {_hint(path)}")
    yield from found


def _is_csv(file: Path) -> bool:
    return file.name.lower().endswith(_SUFFIXES) and not file.name.startswith(".")


def _hint(folder: Path) -> str:
    below = sorted(path.parent.name for path in folder.glob("*/*") if _is_csv(path))
    if below:
        return f"its folder {below[0]!r} holds some: give that one"
    return "give the folder that holds the files named *.csv"


def _source(path: Path) -> Source:
    try:
        status = path.stat()
    except OSError as error:
        fault = "a link to nothing; mend or remove it" if path.is_symlink() else _reason(error)
        return Source(name=path.name, path=str(path), fault=fault)
    if not stat.S_ISREG(status.st_mode):
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "not a regular file"
        fault = f"{kind}, though its name is that of a file; rename it or give what is in it"
        return Source(name=path.name, path=str(path), fault=fault)
    return Source(
        name=path.name, path=str(path), bytes=status.st_size, modified_ns=status.st_mtime_ns
    )


def _reason(error: OSError) -> str:
    return f"cannot be opened ({error.strerror}); check the file"
