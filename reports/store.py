"""The run folder as it is written: one writer, whole lines, files that are never half there."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import RawIOBase
from itertools import count
from pathlib import Path
from typing import Final

from reports.errors import RunFolderError
from reports.plain_json import plain
from reports.records import Record
from reports.run import read_run

__all__ = [
    "RunFolder", "append_line", "cut_half_line", "open_run", "read_run", "reopen_run", "write_text",
    "writing_to",
]  # fmt: skip

SUITE_NAME: Final = re.compile(r"[A-Za-z0-9_][\w.-]*", re.ASCII)
UNFINISHED: Final = ".*-????????"
"""A file that :func:`write_text` has begun: its name between a dot and what `mkstemp` adds."""


@dataclass(frozen=True, kw_only=True)
class RunFolder:
    """The folder of one run, open for its one writer."""

    path: Path

    @property
    def name(self) -> str:
        """The run's id."""
        return self.path.name

    def append(self, record: Record) -> None:
        """Put one record on disk, as one line, before returning."""
        append_line(self.path / "cases.jsonl", record.model_dump_json())

    def append_rerun(self, record: Record) -> None:
        """Put the record of a case that was run once more on disk, apart from the others."""
        append_line(self.path / "reruns.jsonl", record.model_dump_json())

    def write_suite(self, text: str) -> Path:
        """Keep the resolved suite as ``suite.toml``."""
        return write_text(self.path / "suite.toml", text)

    def write_summary(self, summary: Mapping[str, object]) -> Path:
        """Replace ``run.json``."""
        return self._write_json("run.json", summary)

    def write_profile(self, profile: Mapping[str, object]) -> Path:
        """Replace ``profile.json``."""
        return self._write_json("profile.json", profile)

    def write_selection(self, selection: Mapping[str, object]) -> Path:
        """Replace ``selection.json``."""
        return self._write_json("selection.json", selection)

    def _write_json(self, name: str, content: Mapping[str, object]) -> Path:
        text = json.dumps(plain(content), indent=1, ensure_ascii=False, allow_nan=False)
        return write_text(self.path / name, text + "\n")


def open_run(runs: Path, *, suite: str, started: datetime) -> RunFolder:
    """A new, empty run folder below ``runs``, named by its suite and its start in UTC.

    A second start within one second gets ``-2`` behind its name.

    Raises
    ------
    RunFolderError
        The suite's name cannot name a folder, or the folder cannot be made.
    """
    if not SUITE_NAME.fullmatch(suite):
        raise RunFolderError(
            f"suite {suite!r}: cannot name a run folder; use letters, digits, '.', '_' and '-'"
        )
    stem = f"{suite}-{started.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    try:
        runs.mkdir(mode=0o755, parents=True, exist_ok=True)
        return RunFolder(path=_make_unique(runs / stem))
    except OSError as error:
        raise RunFolderError(
            f"{runs / stem}: cannot be made ({error.strerror}); choose another place with --runs"
        ) from error


def reopen_run(path: Path) -> RunFolder:
    """The folder of an interrupted run, without the half lines and files that its writer left.

    Raises
    ------
    RunFolderError
        There is no run in this folder.
    """
    read_run(path)
    cut_half_line(path / "cases.jsonl")
    cut_half_line(path / "reruns.jsonl")
    for unfinished in path.rglob(UNFINISHED):
        unfinished.unlink(missing_ok=True)
    return RunFolder(path=path)


def append_line(path: Path, line: str, *, is_durable: bool = True) -> None:
    """Put one line on disk, whole, before returning; where there is no room, none of it.

    What can be made again need not be durable: it outlives the process, but not the power.

    Raises
    ------
    RunFolderError
        The file system does not take it; the lines before it stay as they are.
    """
    with writing_to(path):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        with os.fdopen(descriptor, "wb", buffering=0) as stream:
            before = os.fstat(descriptor).st_size
            try:
                _write_all(stream, f"{line}\n".encode())
                if is_durable:
                    os.fsync(descriptor)
            except OSError:
                os.ftruncate(descriptor, before)
                raise


def cut_half_line(path: Path) -> None:
    """Remove what a writer that died has left behind the last whole line."""
    if path.exists():
        whole = path.read_bytes().rfind(b"\n") + 1
        with path.open("r+b") as stream:
            stream.truncate(whole)


def write_text(path: Path, text: str, *, is_durable: bool = True) -> Path:
    """Replace a file at once: a reader sees the old one or the new one, never a part.

    What can be made again from other files need not be durable: it may be lost with the power.
    """
    with writing_to(path):
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(text.encode("utf-8", errors="replace"))
                stream.flush()
                if is_durable:
                    os.fsync(stream.fileno())
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    return path


@contextmanager
def writing_to(path: Path) -> Iterator[None]:
    """Turn what the file system refuses into an error that says where, why and what to do.

    Raises
    ------
    RunFolderError
        The disk is full, or the place cannot be written.
    """
    try:
        yield
    except OSError as error:
        remedy = "make room or mend that; a run then goes on with --resume"
        reason = error.strerror or error
        raise RunFolderError(f"{path}: cannot be written ({reason}); {remedy}") from error


def _write_all(stream: RawIOBase, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[stream.write(left) :]


def _make_unique(path: Path) -> Path:
    turns = (path if turn == 1 else path.with_name(f"{path.name}-{turn}") for turn in count(1))
    while True:
        folder = next(turns)
        try:
            folder.mkdir(mode=0o755)
        except FileExistsError:
            continue
        return folder
