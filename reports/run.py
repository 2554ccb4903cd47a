"""One run, read back from its folder: whatever is missing, later or older is left out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from reports.described import Profile, Selection, Selections
from reports.errors import RunFolderError
from reports.records import Record
from reports.summary import Summary

FOLDER_NAME: Final = re.compile(
    r"(?P<suite>[A-Za-z0-9_][\w.-]*?)-(?P<started>\d{8}T\d{6}Z)(?:-(?P<turn>\d+))?"
)
# What a record of an older schema is taken to say where it says nothing.
RECORD_DEFAULTS: Final[Mapping[str, object]] = {
    "schema_version": 0,
    "model": "unnamed model",
    "role": "model",
    "task": "attack",
    "split": "random",
    "seed": 0,
    "status": "done",
}
DETAILS: Final = ("confusion", "per_class", "log_tail")

V = TypeVar("V", bound=BaseModel)


@dataclass(frozen=True, kw_only=True)
class Run:
    """All that a run folder says.

    ``records`` holds one record a case, in the order in which the cases first ended; of several
    with one ``case_id`` the last counts. ``reruns`` are cases run once more. ``faults`` are
    sentences on what could not be read.
    """

    path: Path
    summary: Summary
    profile: Profile
    selections: tuple[Selection, ...]
    records: tuple[Record, ...]
    suite_text: str
    reruns: tuple[Record, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The run's own id, or its folder's name."""
        return self.summary.run_id or self.path.name


def read_run(path: Path, *, with_details: bool = True) -> Run:
    """The run in this folder, however far it got.

    Without details, the records lack what takes long to read: confusion matrices, per-class
    scores and logs.

    Raises
    ------
    RunFolderError
        There is no such folder, or it holds nothing of a run.
    """
    _check_is_run(path)
    faults: list[str] = []
    return Run(
        path=path,
        summary=_read_value(path / "run.json", Summary, faults),
        profile=_read_value(path / "profile.json", Profile, faults),
        selections=_read_value(path / "selection.json", Selections, faults).selections,
        records=_read_records(path / "cases.jsonl", faults, () if with_details else DETAILS),
        suite_text=_read_text(path / "suite.toml"),
        reruns=_read_records(path / "reruns.jsonl", faults, () if with_details else DETAILS),
        faults=tuple(faults),
    )


def read_facts(path: Path, name: str = "run.json") -> dict[str, Any]:
    """All that this file of the run says, as it says it; nothing where it cannot be read."""
    try:
        content = json.loads(_read_text(path / name) or "{}")
    except json.JSONDecodeError:
        return {}
    return content if isinstance(content, dict) else {}


def list_runs(runs: Path, *, suite: str | None = None) -> tuple[Path, ...]:
    """The run folders below ``runs`` (of one suite), earliest first."""
    if not runs.is_dir():
        return ()
    found = [(FOLDER_NAME.fullmatch(path.name), path) for path in runs.iterdir() if path.is_dir()]
    dated = [
        (match["started"], int(match["turn"] or 1), match["suite"], path)
        for match, path in found
        if match and suite in (None, match["suite"])
    ]
    return tuple(path for *_, path in sorted(dated))


def _check_is_run(path: Path) -> None:
    if not path.is_dir():
        raise RunFolderError(
            f"{path}: no such run folder; index.html in the folder of the runs lists them"
        )
    if not any((path / name).exists() for name in ("run.json", "cases.jsonl", "suite.toml")):
        raise RunFolderError(
            f"{path}: holds neither run.json nor cases.jsonl, so it is no run folder; "
            "name one such as runs/demo-20260101T000000Z"
        )


def _read_text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


def _read_value(path: Path, kind: type[V], faults: list[str]) -> V:
    text = _read_text(path)
    try:
        content = _parse(text or "{}")
    except json.JSONDecodeError as error:
        faults.append(f"{path.name}: line {error.lineno} is not JSON; the file is left out.")
        content = {}
    value, dropped = _tolerant(kind, content if isinstance(content, dict) else {})
    faults.extend(f"{path.name}: key {key!r} is not understood; left out." for key in dropped)
    return value


def _read_records(path: Path, faults: list[str], left_out: Sequence[str]) -> tuple[Record, ...]:
    records: dict[str, Record] = {}
    lines = _read_text(path).split("\n")
    # Only a line that its newline ends is whole: the rest is being written, or was cut off.
    for number, line in enumerate(lines[:-1], start=1):
        record = _read_record(line, f"{path.name}: line {number}", faults, left_out)
        if record:
            records[record.case_id] = record
    return tuple(records.values())


def _read_record(
    line: str, place: str, faults: list[str], left_out: Sequence[str]
) -> Record | None:
    try:
        content = _parse(line)
    except json.JSONDecodeError:
        faults.append(f"{place} is not JSON; left out.")
        return None
    if not isinstance(content, dict) or not isinstance(content.get("case_id"), str):
        faults.append(f"{place} names no case; left out.")
        return None
    kept = {key: item for key, item in content.items() if key not in left_out}
    record, dropped = _tolerant(Record, kept, defaults=RECORD_DEFAULTS)
    faults.extend(f"{place}: key {key!r} is not understood; left out." for key in dropped)
    return record


def _parse(text: str) -> object:
    """The JSON value, with ``None`` for the numbers that are none: NaN and the infinities."""
    return json.loads(text, parse_constant=lambda _: None, parse_float=_finite)


def _finite(text: str) -> float | None:
    return float(text) if isfinite(float(text)) else None


def _tolerant(
    kind: type[V], content: Mapping[str, object], *, defaults: Mapping[str, object] | None = None
) -> tuple[V, Sequence[str]]:
    """The value without the keys that do not fit, and those keys."""
    filled = {**(defaults or {}), **content}
    try:
        return kind.model_validate(filled), ()
    except ValidationError as error:
        dropped = sorted({str(fault["loc"][0]) for fault in error.errors() if fault["loc"]})
    kept = {key: item for key, item in content.items() if key not in dropped}
    return kind.model_validate({**(defaults or {}), **kept}), dropped
