"""KINDS: every kind of cluster, one opener each.

An opener is a context manager from a spec to a connected client; leaving it closes what it opened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Final

from distributed import Client

from cluster.kinds.address import open_address
from cluster.kinds.inline import open_inline
from cluster.kinds.kubernetes import open_kubernetes
from cluster.kinds.local import open_local
from cluster.kinds.queue import open_queue
from cluster.kinds.ssh import open_ssh
from cluster.spec import ClusterSpec

Opener = Callable[[ClusterSpec], AbstractContextManager[Client]]

KINDS: Final[Mapping[str, Opener]] = {
    "local": open_local,
    "inline": open_inline,
    "address": open_address,
    "ssh": open_ssh,
    "slurm": open_queue,
    "pbs": open_queue,
    "sge": open_queue,
    "lsf": open_queue,
    "oar": open_queue,
    "htcondor": open_queue,
    "kubernetes": open_kubernetes,
}
