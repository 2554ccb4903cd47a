"""One worker inside this process: for tests, and for a debugger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from distributed import Client, LocalCluster

from cluster.binding import refuse_open_ports
from cluster.kinds.dashboard import without_dashboard
from cluster.kinds.local_options import check_options
from cluster.security import own_security
from cluster.spec import ClusterSpec


@contextmanager
def open_inline(spec: ClusterSpec) -> Iterator[Client]:
    """A client of one worker with ``spec.threads`` threads in this very process."""
    options = without_dashboard(spec.options)
    check_options(spec)
    refuse_open_ports(spec, options)
    with (
        LocalCluster(
            processes=False,
            n_workers=1,
            threads_per_worker=spec.threads,
            security=own_security(spec),
            **options,
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client
