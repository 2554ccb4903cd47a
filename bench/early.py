"""What is begun before the command line imports the rest of itself."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Final

from cluster.nursery import start_nursery

FOR_FLOWS: Final = ("distributed.nanny", "dask.dataframe", "pipeline.ingest", "pipeline.synthetic")
FOR_FLOWS_IN_STORE: Final = (
    "distributed.nanny",
    "joblib._dask",
    "bench.count_flows",
    "bench.late",
    "bench.child",
)
FOR_RUNS: Final = tuple(dict.fromkeys((*FOR_FLOWS, *FOR_FLOWS_IN_STORE)))

FOR_INGEST: Final = ("dask.dataframe",)
FOR_PAGES: Final = (
    "reports.report",
    "reports.leaderboard",
    "distributed.dashboard.components.scheduler",
    "reports.plots_begun",
)


def import_for_flows() -> None:
    """Begin on what workers of this machine import to write or read flows."""
    start_nursery(FOR_FLOWS)


def import_for_runs(cluster: str | None, settings: Sequence[str] | None, *, home: Path) -> None:
    """Begin on what workers of this machine import for a suite, unless others are asked for.

    Where there are stores, the flows are most likely in one of them; otherwise workers import what
    reads files when they come to it.
    """
    is_elsewhere = any(
        setting.startswith(("cluster=", "cluster.kind")) for setting in settings or ()
    )
    if cluster in (None, "local") and not is_elsewhere:
        start_nursery(FOR_FLOWS_IN_STORE if any(home.glob("store-*")) else FOR_RUNS)


@contextmanager
def importing() -> Iterator[None]:
    """Import in this block what is never let go: none of it is looked through for garbage.

    Modules are many objects in many cycles. To look through them time and again takes a seventh of
    the time that importing takes, and most of a second more when the process ends.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def import_meanwhile(modules: Sequence[str]) -> None:
    """Begin to import these here; comes back at once, and who imports one next waits for it."""
    threading.Thread(target=lambda: list(map(import_module, modules)), daemon=True).start()
