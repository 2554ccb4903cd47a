"""The stages from CSV files to counted flows, at several sizes and numbers of workers."""

from __future__ import annotations

import shutil
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from pipeline.collapse import collapse
from pipeline.dataset import load_dataset
from pipeline.evidence import Evidence, gather_evidence
from pipeline.flows import Split
from pipeline.ingest import ingest
from pipeline.manifest import Manifest
from pipeline.select import Selection, select
from pipeline.split import Masks, mark_test_rows

from .material import (
    FEATURES,
    ROWS,
    WORKERS,
    Material,
    all_rows,
    one_thread,
    opened_cluster,
    setup_cache,
    wanted,
)

__all__ = ["Collapsing", "InMemory", "Ingesting", "Selecting", "setup_cache"]

BySize = dict[int, Material]


class _OnWorkers:
    """A stage on a cluster that is opened outside of what is measured."""

    params = (ROWS, WORKERS)
    param_names = ("rows", "workers")
    kind = "local"
    number = 1
    repeat = (1, 3, 10.0)
    warmup_time = 0.0
    timeout = 300.0

    def setup(self, sizes: BySize, rows: int, workers: int) -> None:
        """Open the cluster."""
        self.material = sizes[rows]
        self.opened: ExitStack = opened_cluster(self.kind, workers)

    def teardown(self, _sizes: BySize, _rows: int, _workers: int) -> None:
        """Close the cluster."""
        self.opened.close()


class Ingesting(_OnWorkers):
    """CSV files to a store that is not there yet."""

    def setup(self, sizes: BySize, rows: int, workers: int) -> None:
        """Open the cluster, and have an empty folder."""
        super().setup(sizes, rows, workers)
        self.folder = Path(tempfile.mkdtemp(dir=self.material.folder))

    def teardown(self, sizes: BySize, rows: int, workers: int) -> None:
        """Remove the store."""
        super().teardown(sizes, rows, workers)
        shutil.rmtree(self.folder)

    def time_ingest(self, _sizes: BySize, _rows: int, _workers: int) -> Manifest:
        """Seconds of an ingest."""
        return _ingested(self.material, self.folder / "store")

    def track_seconds_per_million_rows(self, _sizes: BySize, rows: int, _workers: int) -> float:
        """Rows per second the other way round, since to asv less is always better."""
        begun = time.perf_counter()
        manifest = _ingested(self.material, self.folder / "store")
        assert manifest.rows == rows
        return (time.perf_counter() - begun) * 1e6 / rows

    track_seconds_per_million_rows.unit = "seconds"  # type: ignore[attr-defined]


class Selecting(_OnWorkers):
    """The pass that features are selected by: moments, bins and equal columns."""

    def time_moments(self, _sizes: BySize, _rows: int, _workers: int) -> Evidence:
        """Seconds of the pass."""
        return _gathered(self.material)


class Collapsing(_OnWorkers):
    """Selected columns to counted flows."""

    def time_collapse(self, _sizes: BySize, _rows: int, _workers: int) -> list[Split]:
        """Seconds of the pass."""
        return collapse(self.material.store, self.material.manifest, wanted(self.material))


class InMemory:
    """Stages in this process: what needs no cluster, and the memory of what does."""

    params = (ROWS,)
    param_names = ("rows",)
    timeout = 300.0

    def setup(self, sizes: BySize, rows: int) -> None:
        """Have Dask work here."""
        self.material = sizes[rows]
        self.opened: ExitStack = one_thread()
        self.folder = Path(tempfile.mkdtemp(dir=self.material.folder))

    def teardown(self, _sizes: BySize, _rows: int) -> None:
        """Let Dask work as before."""
        self.opened.close()
        shutil.rmtree(self.folder)

    def time_select(self, _sizes: BySize, _rows: int) -> Selection:
        """Seconds from moments to features."""
        material = self.material
        return select(material.moments, features=material.manifest.features, k=FEATURES)

    def time_split(self, _sizes: BySize, _rows: int) -> Masks:
        """Seconds of marking the test rows."""
        return mark_test_rows("random", self.material.part_rows, test_size=0.2, seed=42)

    def peakmem_ingest(self, _sizes: BySize, _rows: int) -> Manifest:
        """Memory of an ingest, one partition after the other."""
        return _ingested(self.material, self.folder / "store")

    def peakmem_moments(self, _sizes: BySize, _rows: int) -> Evidence:
        """Memory of the pass that features are selected by."""
        return _gathered(self.material)

    def peakmem_collapse(self, _sizes: BySize, _rows: int) -> list[Split]:
        """Memory of counting the flows."""
        return collapse(self.material.store, self.material.manifest, wanted(self.material))


def _ingested(material: Material, store: Path) -> Manifest:
    return ingest([material.csv], store=store, dataset=load_dataset())


def _gathered(material: Material) -> Evidence:
    return gather_evidence(
        material.store,
        material.manifest,
        labels=material.manifest.labels,
        splits=all_rows(material),
    )
