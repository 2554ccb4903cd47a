"""The flows that a run uses: a store, files to ingest into one, or the embedded synthetic set."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from bench.errors import SuiteError
from bench.suite import Suite
from pipeline.dataset import Dataset
from pipeline.errors import unknown
from pipeline.ingest import ingest
from pipeline.manifest import MANIFEST_FILE, Manifest, read_manifest
from pipeline.sources import find_sources
from pipeline.synthetic.write import GENERATOR_VERSION, write_dataset


def check_paths(paths: Sequence[Path]) -> None:
    """Nothing, or the error that opening these paths would end in, before any work is done."""
    if paths and not _is_store(paths):
        find_sources(paths)


def check_wanted(suite: Suite, dataset: Dataset) -> None:
    """Nothing, or an error about a label or family of the suite that the data set does not have."""
    families = set(dataset.families.values())
    for family in suite.families:
        if family not in families:
            raise SuiteError(f"families: {unknown('family', family, families)}")
    for label in suite.labels:
        if not dataset.is_known(dataset.canonical_label(label)):
            raise SuiteError(f"labels: {unknown('label', label, dataset.families)}")


def open_store(
    suite: Suite, dataset: Dataset, *, paths: Sequence[Path], home: Path
) -> tuple[Path, Manifest]:
    """A store of the flows in ``paths``, or of the suite's embedded set where there are none.

    A path that is a store already is used as it is; others go into a store below ``home`` that is
    named after them, so that the next run finds it.
    """
    if _is_store(paths):
        return paths[0], read_manifest(paths[0])
    given = list(paths) or [_embedded(suite, dataset, home)]
    store = _store_of(given, home)
    return store, ingest(given, store=store, dataset=dataset)


def find_store(
    suite: Suite, dataset: Dataset, *, paths: Sequence[Path], home: Path
) -> tuple[Path, Manifest] | None:
    """The store that :func:`open_store` would use, if an earlier run has made it."""
    if not has_store(suite, dataset, paths=paths, home=home):
        return None
    store = store_folder(suite, dataset, paths=paths, home=home)
    return store, read_manifest(store)


def has_store(suite: Suite, dataset: Dataset, *, paths: Sequence[Path], home: Path) -> bool:
    """Whether an earlier run has made the store; its files may have changed since."""
    return _is_store([store_folder(suite, dataset, paths=paths, home=home)])


def store_folder(suite: Suite, dataset: Dataset, *, paths: Sequence[Path], home: Path) -> Path:
    """Where the store of these flows lies, or will."""
    given = list(paths) or [embedded_folder(suite, dataset, home)]
    return paths[0] if _is_store(paths) else _store_of(given, home)


def count_files(suite: Suite, paths: Sequence[Path]) -> int:
    """How many files the store is made of; none where it is there already."""
    if _is_store(paths):
        return 0
    return len(find_sources(paths)) if paths else suite.embedded.files


def embedded_folder(suite: Suite, dataset: Dataset, home: Path) -> Path:
    """Where the files of the suite's embedded set lie, once they are written."""
    labels = chosen_labels(suite, dataset, tuple(dataset.families))
    named = [GENERATOR_VERSION, suite.embedded.model_dump_json(), *labels]
    return home / f"synthetic-{_name(named)}"


def _store_of(given: Sequence[Path], home: Path) -> Path:
    return home / f"store-{_name(given)}"


def _is_store(paths: Sequence[Path]) -> bool:
    return len(paths) == 1 and (paths[0] / MANIFEST_FILE).is_file()


def _embedded(suite: Suite, dataset: Dataset, home: Path) -> Path:
    wanted = suite.embedded
    labels = chosen_labels(suite, dataset, tuple(dataset.families))
    directory = embedded_folder(suite, dataset, home)
    if len(list(directory.glob("*.csv"))) != wanted.files:  # a file has its name once it is whole
        write_dataset(
            directory, rows=wanted.rows, files=wanted.files, seed=wanted.seed, labels=labels
        )
    return directory


def chosen_labels(suite: Suite, dataset: Dataset, labels: Sequence[str]) -> tuple[str, ...]:
    """Those of ``labels`` that the suite asks for, by name or by family; sorted."""
    wanted = {dataset.canonical_label(label) for label in suite.labels}
    everything = not (wanted or suite.families)
    return tuple(
        sorted(
            label
            for label in labels
            if everything or label in wanted or dataset.family_of(label) in suite.families
        )
    )


def _name(things: Sequence[object]) -> str:
    text = "\n".join(
        str(thing.resolve()) if isinstance(thing, Path) else str(thing) for thing in things
    )
    return hashlib.sha256(text.encode()).hexdigest()[:12]
