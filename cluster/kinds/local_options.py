"""What the options of a cluster on this machine may be called."""

from __future__ import annotations

import inspect
from difflib import get_close_matches
from typing import Final

from distributed import LocalCluster, Nanny, Worker
from distributed.core import Server

from cluster.errors import ClusterError
from cluster.spec import ClusterSpec

TAKERS: Final = (LocalCluster, Nanny, Worker, Server)


def check_options(spec: ClusterSpec) -> None:
    """Nothing, or an error about the first option that neither the cluster nor a worker takes.

    Dask would find out in the workers, each of which would say so at length.
    """
    known = {name for taker in TAKERS for name in inspect.signature(taker).parameters}
    for name in spec.options:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean '{near[0]}'?" if near else "see distributed.LocalCluster"
            raise ClusterError(f"cluster kind '{spec.kind}': unknown option '{name}'; {hint}")
