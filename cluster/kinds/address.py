"""A cluster that already runs: by its address, or by its scheduler file."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from distributed import Client

from cluster.errors import ClusterError
from cluster.security import shared_security
from cluster.spec import ClusterSpec

GLANCE_SECONDS: Final = 0.1


@contextmanager
def open_address(spec: ClusterSpec) -> Iterator[Client]:
    """A client of ``options.address`` or ``options.scheduler_file``; leaves the cluster running."""
    if ("address" in spec.options) == ("scheduler_file" in spec.options):
        raise ClusterError(
            "cluster kind 'address': give cluster.options.address (such as tcp://host:8786)"
            " or cluster.options.scheduler_file"
        )
    address = str(spec.options.get("address") or _address_in_file(spec))
    if address.startswith("tls://") and spec.security is None:
        raise ClusterError(f'{address}: this scheduler speaks TLS; set cluster.security = "tls"')
    try:
        client = Client(address, timeout=spec.wait_seconds, security=shared_security(spec))
    except (OSError, ValueError) as error:
        raise ClusterError(f"no scheduler answers at {address}: {error}; is it running?") from error
    with client:
        yield client


def _address_in_file(spec: ClusterSpec) -> str:
    """What the scheduler has written there; Dask would wait for ever for one that does not."""
    file = Path(spec.options["scheduler_file"])
    deadline = time.monotonic() + spec.wait_seconds
    while True:
        try:
            return str(json.loads(file.read_text("utf-8"))["address"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            if time.monotonic() > deadline:
                raise ClusterError(
                    f"{file}: no scheduler has written its address there within"
                    f" {spec.wait_seconds:g} s; is it running, with --scheduler-file?"
                ) from error
        time.sleep(GLANCE_SECONDS)
