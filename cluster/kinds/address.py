"""A cluster that already runs: by its address, or by its scheduler file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from distributed import Client

from cluster.errors import ClusterError
from cluster.spec import ClusterSpec


@contextmanager
def open_address(spec: ClusterSpec) -> Iterator[Client]:
    """A client of ``options.address`` or ``options.scheduler_file``; leaves the cluster running."""
    place = {key: spec.options[key] for key in ("address", "scheduler_file") if key in spec.options}
    if len(place) != 1:
        raise ClusterError(
            "cluster kind 'address': give cluster.options.address (such as tcp://host:8786)"
            " or cluster.options.scheduler_file"
        )
    try:
        client = Client(**place, timeout=spec.wait_seconds)
    except (OSError, ValueError) as error:
        where = next(iter(place.values()))
        raise ClusterError(f"no scheduler answers at {where}: {error}; is it running?") from error
    with client:
        yield client
