"""CSV files to a store of typed Parquet parts: one Dask partition a file, each content once."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pipeline.dataset import Dataset, Release
from pipeline.errors import DataError, FileError, ReleaseError
from pipeline.findings import (
    families_of,
    nothing_usable,
    refuse_faults,
    unknown_labels,
    warnings_about,
    write_quarantine,
)
from pipeline.header import MAX_LINE_BYTES, read_header
from pipeline.manifest import (
    BrokenFile,
    Manifest,
    Part,
    fingerprint,
    read_manifest,
    write_manifest,
)
from pipeline.outcomes import OUTCOMES, Found, found_in, store_partition
from pipeline.partition import flows_frame
from pipeline.parts import is_whole, part_folder, remove_leftovers, writing_to
from pipeline.sources import Source, find_sources, is_synthetic


def ingest(
    paths: Sequence[Path], *, store: Path, dataset: Dataset, strict: bool = False
) -> Manifest:
    """The manifest of a store that holds the flows of these files and folders, and no others.

    Files that the store's manifest knows (by path, size and time of change) are left alone; those
    whose content it holds under another name are hashed but not parsed again. So a run that was
    killed goes on where it stopped, and a second one of unchanged files touches nothing. A part
    that has lost some of its bytes is made anew. Parts lie
    under the hash of their content and come into place by one rename: ingests may run at the
    same time on one store, and the last one to end leaves its manifest.

    Broken files and lines are set aside and listed; with ``strict`` the first of them is an error,
    and so is a label outside the taxonomy.
    """
    sources = find_sources(paths)
    before = _manifest_before(store)
    known = _known_parts(before, store=store, dataset=dataset)
    unchanged = [part for source in sources if (part := known.get(_state(source)))]
    headed, broken = _look(
        [source for source in sources if _state(source) not in known], dataset=dataset
    )
    release = _one_release(unchanged, headed, dataset=dataset)
    if release is None:
        raise nothing_usable(len(sources), broken, ())
    fresh = _ingest_files(list(headed), dataset=dataset, release=release, store=store)
    found = Found(parts=(*unchanged, *fresh.parts), broken=(*broken, *fresh.broken))
    manifest = _manifest(found, dataset=dataset, release=release)
    if not manifest.rows:
        raise nothing_usable(len(sources), manifest.broken, manifest.parts)
    if strict:
        refuse_faults(manifest, store=store, dataset=dataset)
    if manifest == before:
        return manifest
    with writing_to(store):
        remove_leftovers(store, now_seconds=time.time())
        write_quarantine(store, manifest)
        write_manifest(store, manifest)
    return manifest


def _manifest_before(store: Path) -> Manifest | None:
    try:
        return read_manifest(store)
    except DataError:
        return None


def _known_parts(
    before: Manifest | None, *, store: Path, dataset: Dataset
) -> Mapping[tuple[str, int, int], Part]:
    """The parts of the store's manifest that this version would make again just so."""
    return {
        (part.path, part.bytes, part.modified_ns): part
        for part in (before.parts if before else ())
        if part.folder == part_folder(part.content_hash, dataset) and is_whole(store / part.folder)
    }


def _broken(source: Source, fault: str) -> BrokenFile:
    return BrokenFile(name=source.name, path=source.path, fault=fault)


def _state(source: Source) -> tuple[str, int, int]:
    return source.path, source.bytes, source.modified_ns


def _look(
    sources: Iterable[Source], *, dataset: Dataset
) -> tuple[dict[Source, Release], list[BrokenFile]]:
    """The release of each file by its first line, before any is read as a whole."""
    headed: dict[Source, Release] = {}
    broken = []
    for source in sources:
        try:
            headed[source] = release_of(source, dataset)
        except FileError as error:
            broken.append(_broken(source, str(error)))
    return headed, broken


def release_of(source: Source, dataset: Dataset) -> Release:
    """The release that the file's first line tells; a FileError where it tells of none."""
    if source.fault:
        raise FileError(source.fault)
    try:
        with Path(source.path).open("rb") as file:
            start = file.readline(MAX_LINE_BYTES)
            while start.strip() == b"" and (line := file.readline(MAX_LINE_BYTES)):
                start += line
    except OSError as error:
        raise FileError(f"it cannot be read ({error.strerror}); check the file") from error
    return read_header(start, dataset).release


def _one_release(
    unchanged: Sequence[Part], headed: Mapping[Source, Release], *, dataset: Dataset
) -> Release | None:
    """The release that all files share; an error names one file of each if they are mixed."""
    examples = {part.release: part.path for part in reversed(unchanged)}
    examples |= {release.name: source.path for source, release in headed.items()}
    if len(examples) > 1:
        listed = "; ".join(f"{path} is {name}" for name, path in sorted(examples.items()))
        raise ReleaseError(f"the files are of different releases: {listed}; ingest them apart")
    return next((release for release in dataset.releases if release.name in examples), None)


def _ingest_files(
    sources: Sequence[Source], *, dataset: Dataset, release: Release, store: Path
) -> Found:
    if not sources:
        return Found()
    flows = flows_frame(sources, dataset=dataset, release=release, store=store)
    outcomes = flows.map_partitions(
        store_partition, dataset=dataset, store=store, meta=OUTCOMES, enforce_metadata=False
    )
    return found_in(outcomes.compute())


def _manifest(found: Found, *, dataset: Dataset, release: Release) -> Manifest:
    parts = tuple(sorted(found.parts, key=lambda part: (part.name, part.path)))
    return Manifest(
        dataset=dataset.name,
        release=release.name,
        features=release.features,
        parts=parts,
        broken=tuple(sorted(found.broken, key=lambda broken: (broken.name, broken.path))),
        fingerprint=fingerprint(parts, dataset=dataset.name),
        synthetic=any(is_synthetic(part.path) for part in parts),
        families=families_of(parts, dataset),
        unknown_labels=unknown_labels(parts, dataset),
        warnings=warnings_about(parts),
    )
