"""What the benchmarks work on: synthetic flows, stores and counted flows, made once for all.

asv imports this folder as a package of its own name, whatever commit is installed; so its modules
import each other relatively.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import dask
import numpy as np

from bench.bundle import save_bundle
from bench.spread import cool_workers
from cluster.connect import open_cluster
from cluster.spec import ClusterSpec
from pipeline.collapse import collapse
from pipeline.dataset import load_dataset
from pipeline.evidence import gather_evidence
from pipeline.flows import Integers, Split
from pipeline.folds import fold_counts
from pipeline.ingest import ingest
from pipeline.labelled import usable_rows
from pipeline.manifest import Manifest
from pipeline.moments import Moments
from pipeline.requests import Collapse
from pipeline.row_folds import RowFolds, undealt_rows
from pipeline.select import select
from pipeline.split import Masks, mark_test_rows
from pipeline.synthetic.write import write_dataset
from pipeline.taxonomy import class_of

ROWS: Final = (10_000, 100_000)
WORKERS: Final = (1, 2)
FILES: Final = 4
FEATURES: Final = 10
FOLDS: Final = 3


@dataclass(frozen=True, kw_only=True, eq=False)
class Material:
    """Flows of one size on their way through the stages, in ``folder``."""

    rows: int
    folder: Path
    csv: Path
    store: Path
    manifest: Manifest
    part_rows: tuple[int, ...]
    masks: Masks
    moments: Moments
    selected: tuple[str, ...]
    split: Split
    folds: Integers
    bundle: Path

    @property
    def classes(self) -> dict[str, str]:
        """Label to family."""
        return families(self.manifest)


def setup_cache() -> dict[int, Material]:
    """The material by rows, in the folder that asv keeps for it."""
    return make_material(Path.cwd(), ROWS)


def make_material(folder: Path, sizes: Sequence[int]) -> dict[int, Material]:
    """The material by rows, below ``folder``."""
    with dask.config.set(scheduler="threads"):
        return {rows: _make(folder / str(rows), rows) for rows in sizes}


def families(manifest: Manifest) -> dict[str, str]:
    """Label to family."""
    dataset = load_dataset()
    return {label: class_of(label, task="family", dataset=dataset) for label in manifest.labels}


def all_rows(material: Material) -> list[RowFolds]:
    """The request to look at every row as a training row."""
    return [undealt_rows(material.part_rows)]


def wanted(material: Material) -> list[Collapse]:
    """The request to count the flows by family."""
    return [
        Collapse(
            split="random",
            features=material.selected,
            class_of=material.classes,
            masks=material.masks,
        )
    ]


def opened_cluster(kind: str, workers: int) -> ExitStack:
    """A cluster that is there until the stack is closed; Dask sends all work to it."""
    stack = ExitStack()
    client = stack.enter_context(open_cluster(ClusterSpec(kind=kind, workers=workers)))
    stack.callback(cool_workers, client)
    return stack


def one_thread() -> ExitStack:
    """All work done here, so that the memory of this process is that of the stage."""
    stack = ExitStack()
    stack.enter_context(dask.config.set(scheduler="synchronous"))
    return stack


def _make(folder: Path, rows: int) -> Material:
    write_dataset(folder / "csv", rows=rows, files=FILES, seed=0)
    store = folder / "store"
    manifest = ingest([folder / "csv"], store=store, dataset=load_dataset())
    labels = manifest.labels
    part_rows = tuple(usable_rows(part, labels) for part in manifest.parts)
    masks = mark_test_rows("random", part_rows, test_size=0.2, seed=42)
    evidence = gather_evidence(store, manifest, labels=labels, splits=[undealt_rows(part_rows)])
    moments = _by_family(evidence.splits[0].moments, manifest)
    selected = select(moments, features=manifest.features, k=FEATURES).selected
    request = Collapse(split="random", features=selected, class_of=families(manifest), masks=masks)
    (split,) = collapse(store, manifest, [request])
    folds = fold_counts(split.train, folds=FOLDS, seed=0)
    bundle = folder / "family-random.npz"
    save_bundle(bundle, split, folds)
    return Material(
        rows=rows,
        folder=folder,
        csv=folder / "csv",
        store=store,
        manifest=manifest,
        part_rows=part_rows,
        masks=masks,
        moments=moments,
        selected=selected,
        split=split,
        folds=folds,
        bundle=bundle,
    )


def _by_family(moments: Moments, manifest: Manifest) -> Moments:
    named = list(families(manifest).values())
    names = sorted(set(named))
    return moments.regroup(np.array([names.index(name) for name in named]), len(names))
