"""A cluster that already runs: by its address, or by its scheduler file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from distributed import Client

from cluster.errors import ClusterError
from cluster.security import shared_security
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
    (where,) = place.values()
    if str(where).startswith("tls://") and spec.security is None:
        raise ClusterError(f'{where}: this scheduler speaks TLS; set cluster.security = "tls"')
    try:
        client = Client(**place, timeout=spec.wait_seconds, security=shared_security(spec))
    except (OSError, ValueError) as error:
        raise ClusterError(f"no scheduler answers at {where}: {error}; is it running?") from error
    with client:
        yield client
