"""What goes on around the models: sending cases out, and rendering the report."""

from __future__ import annotations

import shutil
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from bench.case import Case, Limits
from bench.orders import Order, Outcome
from bench.spread import spread
from reports.example import write_example
from reports.example_cases import Shape
from reports.report import write_report

from .material import FOLDS, ROWS, WORKERS, Material, opened_cluster, setup_cache

__all__ = ["Rendering", "Scheduling", "setup_cache"]

BySize = dict[int, Material]
CASES = 20
SPLITS = (("random",), ("random", "distinct", "by_file"))


class Scheduling:
    """Cases that do next to nothing, so that what is left is the way there and back."""

    params = (WORKERS,)
    param_names = ("workers",)
    kind = "local"
    number = 1
    repeat = 2
    timeout = 300.0

    def setup(self, sizes: BySize, workers: int) -> None:
        """Open the cluster and have every worker's child ready."""
        self.opened: ExitStack = opened_cluster(self.kind, workers)
        material = sizes[ROWS[0]]
        self.folder = Path(tempfile.mkdtemp(dir=material.folder))
        self.orders = [_order(material, self.folder, seed) for seed in range(CASES)]
        self.ended = _spread(self.orders, workers)

    def teardown(self, _sizes: BySize, _workers: int) -> None:
        """Close the cluster."""
        self.opened.close()
        shutil.rmtree(self.folder)

    def track_seconds_per_case(self, _sizes: BySize, workers: int) -> float:
        """Seconds of scheduling per case: all that is not the case's own work."""
        begun = time.perf_counter()
        self.ended = _spread(self.orders, workers)
        taken = time.perf_counter() - begun
        own = sum(sum(_own_seconds(outcome)) for outcome in self.ended) / workers
        return (taken - own) / len(self.ended)

    track_seconds_per_case.unit = "seconds"  # type: ignore[attr-defined]


class Rendering:
    """The report of made-up runs of two sizes."""

    params = (tuple(len(splits) for splits in SPLITS),)
    param_names = ("splits",)
    number = 1
    repeat = (1, 3, 10.0)
    timeout = 300.0

    def setup(self, _sizes: BySize, splits: int) -> None:
        """Write the run's records."""
        self.folder = Path(tempfile.mkdtemp())
        shape = Shape(splits=next(names for names in SPLITS if len(names) == splits))
        self.run = write_example(self.folder, shape=shape)

    def teardown(self, _sizes: BySize, _splits: int) -> None:
        """Remove the run."""
        shutil.rmtree(self.folder)

    def time_report(self, _sizes: BySize, _splits: int) -> Path:
        """Seconds to render the report."""
        return write_report(self.run)

    def peakmem_report(self, _sizes: BySize, _splits: int) -> Path:
        """Memory to render the report."""
        return write_report(self.run)


def _order(material: Material, results: Path, seed: int) -> Order:
    return Order(
        kind="fit",
        case=Case(task="family", split="random", model="dummy", seed=seed),
        folds=FOLDS,
        effort=1.0,
        bundle=str(material.bundle),
        results=str(results),
        limits=Limits(),
    )


def _spread(orders: list[Order], workers: int) -> list[Outcome]:
    return list(spread(orders, slots=workers, wait_seconds=60.0))


def _own_seconds(outcome: Outcome) -> list[float]:
    return [seconds for stage, seconds in outcome.seconds.items() if stage != "queue"]
