"""Workers that Ctrl-C does not reach: a terminal sends it to all, their client ends them."""

from __future__ import annotations

import signal

from distributed import Worker


def dask_setup(worker: Worker) -> None:
    """Ignore SIGINT in this worker process and in all that it starts."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
