"""From a suite and its places to a scope: what is there already, what is still to do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench.data import check_paths, check_wanted, chosen_labels, embedded_folder, find_store
from bench.kept import is_kept
from bench.places import Places
from bench.planning.memory import CSV_BYTES_A_ROW
from bench.planning.past import PastRun, told
from bench.planning.scope import Scope
from bench.preparation import Preparation
from bench.suite import Suite
from pipeline.dataset import Dataset, load_dataset
from pipeline.labelled import usable_rows
from pipeline.manifest import Manifest
from pipeline.sources import Source, find_sources

SAMPLE_BYTES: Final = 1 << 18


def scope_of(suite: Suite, places: Places, past: Sequence[PastRun]) -> Scope:
    """What the suite would have to do here, with what earlier runs tell of such flows."""
    dataset = load_dataset(suite.profile)
    check_wanted(suite, dataset)
    check_paths(places.data)
    found = find_store(suite, dataset, paths=places.data, home=places.home)
    scope = _of_store(suite, dataset, *found) if found else _of_files(suite, dataset, places)
    return told(scope, past)


def rows_in(sources: Sequence[Source]) -> int:
    """About how many flows CSV files hold, by their bytes and the first lines of the first."""
    if any(not source.name.lower().endswith(".csv") for source in sources):
        return sum(source.bytes for source in sources) * 4 // CSV_BYTES_A_ROW  # compressed
    with Path(sources[0].path).open("rb") as file:
        head = file.read(SAMPLE_BYTES)
    lines = head.count(b"\n") - 1
    line_bytes = len(head) / (lines + 1) if lines > 0 else CSV_BYTES_A_ROW
    return max(1, round(sum(source.bytes for source in sources) / line_bytes))


def _of_store(suite: Suite, dataset: Dataset, store: Path, manifest: Manifest) -> Scope:
    labels = chosen_labels(suite, dataset, manifest.labels)
    plan = Preparation(
        suite=suite, dataset=dataset, store=store, manifest=manifest, labels=labels, work=store
    )
    return Scope(
        suite=suite,
        rows=manifest.rows,
        used_rows=sum(usable_rows(part, labels) for part in manifest.parts),
        files=len(manifest.parts),
        features=len(manifest.features),
        is_counted=is_kept(plan),
    )


def _of_files(suite: Suite, dataset: Dataset, places: Places) -> Scope:
    if places.data:
        sources = find_sources(places.data)
        rows, files, to_write = rows_in(sources), len(sources), 0
    else:
        rows, files = suite.embedded.rows, suite.embedded.files
        folder = embedded_folder(suite, dataset, places.home)
        to_write = 0 if len(list(folder.glob("*.csv"))) == files else rows
    return Scope(
        suite=suite,
        rows=rows,
        used_rows=rows,
        files=files,
        rows_to_write=to_write,
        rows_to_ingest=rows,
    )
