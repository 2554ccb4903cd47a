"""What an ingest let pass, in sentences; under ``strict`` the first of them is an error."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.dataset import Dataset
from pipeline.errors import DataError, FileError
from pipeline.manifest import QUARANTINE_FILE, BrokenFile, Manifest, Part, replaced_whole
from pipeline.parts import QUARANTINED_FILE


def warnings_about(parts: Sequence[Part]) -> tuple[str, ...]:
    """Sentences about files that are the same, columns that are not used, lines set aside."""
    return (*_same_contents(parts), *_ignored_columns(parts), *_quarantined(parts))


def let_pass(manifest: Manifest) -> tuple[str, ...]:
    """A sentence for whatever is missing from the flows, or is not as the taxonomy has it."""
    unknown = [
        f"label '{label}' is unknown to {manifest.dataset}: {rows:,} flows kept as they are"
        for label, rows in manifest.unknown_labels.items()
    ]
    broken = [f"not read is {broken.path}: {broken.fault}" for broken in manifest.broken]
    return (*broken, *manifest.warnings, *unknown)


def families_of(parts: Iterable[Part], dataset: Dataset) -> dict[str, str]:
    """The family of each label that occurs."""
    labels = sorted({label for part in parts for label in part.label_counts})
    return {label: dataset.family_of(label) for label in labels}


def unknown_labels(parts: Iterable[Part], dataset: Dataset) -> dict[str, int]:
    """Rows by label for the labels that the taxonomy does not know."""
    unknown: dict[str, int] = defaultdict(int)
    for part in parts:
        for label, rows in part.label_counts.items():
            if not dataset.is_known(label):
                unknown[label] += rows
    return dict(sorted(unknown.items()))


def refuse_faults(manifest: Manifest, *, store: Path, dataset: Dataset) -> None:
    """Raise for the first broken file, quarantined line or unknown label, in the files' order."""
    for broken in manifest.broken:
        raise FileError(f"{broken.path}: {broken.fault}")
    for part in manifest.parts:
        for entry in read_quarantined(store, part):
            raise FileError(f"{part.path}, line {entry['line']}: {entry['reason']}")
        for label in part.label_counts:
            if not dataset.is_known(label):
                raise FileError(f"{part.path}: {_why_unknown(label, dataset)}")


def nothing_usable(named: int, broken: Sequence[BrokenFile], parts: Sequence[Part]) -> DataError:
    """The error that there is not one flow in the files named."""
    lines = sum(part.rows_quarantined for part in parts)
    first = f"{broken[0].path}: {broken[0].fault}" if broken else ""
    if parts:
        first = f"{parts[0].path}: none of its {lines:,} lines is a flow; see their first reasons"
    several = f" (and {named - 1} more)" if named > 1 else ""
    return DataError(f"no flow can be read: {first}{several}")


def read_quarantined(store: Path, part: Part) -> Iterator[dict[str, Any]]:
    """The quarantined lines of a part: ``line``, ``reason`` and how the line begins, ``text``."""
    if part.rows_quarantined:
        with (store / part.folder / QUARANTINED_FILE).open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def write_quarantine(store: Path, manifest: Manifest) -> None:
    """One file for people to read: a line of JSON for each quarantined line, with its file."""
    with replaced_whole(store / QUARANTINE_FILE) as lines:
        for part in manifest.parts:
            for entry in read_quarantined(store, part):
                lines.write(json.dumps({"file": part.path} | entry, ensure_ascii=False) + "\n")


def _same_contents(parts: Sequence[Part]) -> Iterator[str]:
    names: dict[str, list[str]] = defaultdict(list)
    for part in parts:
        names[part.content_hash].append(part.path)
    for same in names.values():
        if len(same) > 1:
            yield f"{same[1]} holds the same as {same[0]}: its rows count twice"


def _ignored_columns(parts: Sequence[Part]) -> Iterator[str]:
    files: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for part in parts:
        if part.ignored_columns:
            files[part.ignored_columns].append(part.path)
    for columns, paths in files.items():
        more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
        yield f"{paths[0]}{more}: not used are the columns {', '.join(map(repr, columns))}"


def _quarantined(parts: Sequence[Part]) -> Iterator[str]:
    for part in parts:
        if part.rows_quarantined:
            records = part.rows + part.rows_quarantined
            yield f"{part.path}: {part.rows_quarantined:,} of {records:,} lines were set aside"


def _why_unknown(label: str, dataset: Dataset) -> str:
    nearest = dataset.nearest_label(label)
    hint = f"did you mean {nearest!r}?" if nearest else "add it to the profile's families"
    return f"the label {label!r} is not one of {dataset.name}; {hint}"
