"""One worker inside this process: for tests, and for a debugger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from distributed import Client

from cluster.kinds.dashboard import without_dashboard
from cluster.spec import ClusterSpec


@contextmanager
def open_inline(spec: ClusterSpec) -> Iterator[Client]:
    """A client of one worker with ``spec.threads`` threads in this very process."""
    with Client(
        processes=False,
        n_workers=1,
        threads_per_worker=spec.threads,
        **without_dashboard(spec.options),
    ) as client:
        yield client
