"""Acknowledged changes: which, since which run, and why; a file to keep under version control."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import tomli_w

from reports.errors import ReportError
from reports.store import write_text

DEFAULT_FILE: Final = Path("acknowledged.toml")
HEAD: Final = "# Known and accepted changes; `threatbench history --acknowledge` adds to them.\n"


@dataclass(frozen=True, kw_only=True)
class Acknowledgement:
    """A change of one measure of one case, from ``run`` on, and the ``reason`` to accept it."""

    case: str
    measure: str
    run: str
    reason: str


def read_acknowledged(path: Path) -> tuple[Acknowledgement, ...]:
    """What the file says, in its order; nothing where there is no file.

    Raises
    ------
    ReportError
        The file is no TOML, or an entry lacks a key.
    """
    if not path.exists():
        return ()
    try:
        entries = tomllib.loads(path.read_text("utf-8")).get("acknowledged", [])
        return tuple(Acknowledgement(**entry) for entry in entries)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError) as error:
        raise ReportError(
            f"{path}: cannot be read ({error}); every [[acknowledged]] has case, measure, run and"
            " reason"
        ) from error


def add_acknowledged(path: Path, entries: Sequence[Acknowledgement]) -> Path:
    """The file with these entries added; one on the same case and measure and run is replaced."""
    kept = {(one.case, one.measure, one.run): one for one in (*read_acknowledged(path), *entries)}
    tables = {"acknowledged": [asdict(one) for one in kept.values()]}
    return write_text(path, HEAD + "\n" + tomli_w.dumps(tables))


def restarts(acknowledged: Sequence[Acknowledgement]) -> dict[tuple[str, str], str]:
    """The run since when each case (first) and measure (second) has its accepted level."""
    ordered = sorted(acknowledged, key=lambda one: one.run.rpartition("-")[2])
    return {(one.case, one.measure): one.run for one in ordered}
