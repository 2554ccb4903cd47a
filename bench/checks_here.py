"""Checks of this machine: packages, memory, disk, folders, data; no cluster is opened for them."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Final

import psutil
from dask.utils import format_bytes
from packaging.requirements import Requirement

from bench.finding import Finding, finding
from bench.places import Places
from pipeline.dataset import Dataset, load_dataset
from pipeline.errors import DataError, FileError, PipelineError
from pipeline.ingest import release_of
from pipeline.manifest import MANIFEST_FILE, read_manifest
from pipeline.sources import Source, find_sources

LEAST_MEMORY_BYTES: Final = 2 * 2**30
LEAST_DISK_BYTES: Final = 2 * 2**30
STORE_SHARE: Final = 0.5  # a store takes less than half of its CSV files


def packages(_places: Places) -> Finding:
    """Whether every package that threatbench needs is here in a version that it works with."""
    needed = [Requirement(text) for text in requires("threatbench") or ()]
    wanted = [one for one in needed if one.marker is None or one.marker.evaluate({"extra": ""})]
    return finding(
        "packages",
        [fault for one in wanted if (fault := _package_fault(one))],
        fine=f"Python {platform.python_version()} and {len(wanted)} packages",
        remedy="install anew from the lock: `make`, or pip install --requirement requirements.lock",
    )


def memory(_places: Places) -> Finding:
    """Whether there is memory for two workers."""
    free = psutil.virtual_memory().available
    return finding(
        "memory",
        [f"{format_bytes(free)} available"] if free < LEAST_MEMORY_BYTES else [],
        fine=f"{format_bytes(free)} available",
        remedy=f"end other work; {format_bytes(LEAST_MEMORY_BYTES)} is the least for two workers",
    )


def folders(places: Places) -> Finding:
    """Whether stores and run folders can be written."""
    faults = [
        f"{folder} cannot be written"
        for folder in (places.home, places.runs)
        if not os.access(_there(folder), os.W_OK | os.X_OK)
    ]
    return finding(
        "folders",
        faults,
        fine=f"{places.home} and {places.runs} can be written",
        remedy="choose others with --home and --runs, or change their permissions",
    )


def disk(places: Places) -> Finding:
    """Whether there is space for a store of the data, and a run."""
    wanted = LEAST_DISK_BYTES + int(STORE_SHARE * sum(map(_bytes, places.data)))
    free = {folder: shutil.disk_usage(_there(folder)).free for folder in (places.home, places.runs)}
    return finding(
        "disk",
        [f"{format_bytes(has)} free for {at}" for at, has in free.items() if has < wanted],
        fine=", ".join(f"{format_bytes(has)} free for {folder}" for folder, has in free.items()),
        remedy=f"make space, or choose another disk with --home and --runs; {format_bytes(wanted)}"
        " is wanted",
    )


def data(places: Places) -> Finding:
    """Whether the data can be found, and every file's columns are those of a known release."""
    try:
        seen = _seen(places)
    except PipelineError as error:
        return finding("data", [str(error)], fine="", remedy="see `threatbench ingest --help`")
    return finding("data", [], fine=seen, remedy="")


HERE: Final[tuple[Callable[[Places], Finding], ...]] = (packages, memory, folders, disk, data)


def _package_fault(wanted: Requirement) -> str | None:
    try:
        found = version(wanted.name)
    except PackageNotFoundError:
        return f"{wanted.name} is not installed"
    return None if wanted.specifier.contains(found, prereleases=True) else f"{wanted} is {found}"


def _there(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    folder = folder.resolve()
    return next(path for path in (folder, *folder.parents) if path.is_dir())


def _bytes(path: Path) -> int:
    files = path.rglob("*.csv") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


def _seen(places: Places) -> str:
    if not places.data:
        return "none given: the embedded synthetic set"
    if len(places.data) == 1 and (places.data[0] / MANIFEST_FILE).is_file():
        manifest = read_manifest(places.data[0])
        return f"a store of {manifest.rows:,} flows of release {manifest.release}"
    dataset, files = load_dataset(), find_sources(places.data)
    releases = {_release(file, dataset) for file in files}
    return f"{len(files)} CSV files of release {', '.join(sorted(releases))}"


def _release(file: Source, dataset: Dataset) -> str:
    try:
        return release_of(file, dataset).name
    except FileError as error:
        raise DataError(f"{file.path}: {error}") from error
