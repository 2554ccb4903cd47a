"""What a Dask worker has written to disk for want of memory."""

from __future__ import annotations

from distributed import get_worker
from distributed.spill import SpillBuffer


def spilled_bytes() -> int | None:
    """Bytes that the worker of this task has spilled since it began, compressed as on disk.

    Nothing comes back outside of a worker, or from one that keeps all in memory.
    """
    try:
        data = get_worker().data
    except ValueError:
        return None
    if not isinstance(data, SpillBuffer):
        return None
    return int(data.cumulative_metrics["disk-write", "bytes"])
