"""What is begun before the command line imports the rest of itself."""

from __future__ import annotations

from typing import Final

from cluster.nursery import start_nursery

IMPORTED_BY_WORKERS: Final = (
    "distributed.nanny",
    "joblib._dask",
    "dask.dataframe",
    "bench.count_flows",
    "bench.child",
    "bench.late",
    "skops.io",
    "pipeline.synthetic",
)


def start_early(cluster: str | None = None) -> None:
    """Begin on the imports of workers on this machine, unless ``cluster`` names others."""
    if cluster in (None, "local"):
        start_nursery(IMPORTED_BY_WORKERS)
