"""Where workers of this machine come from: a process that has imported what they need, and forks.

Imports take a worker seconds: scikit-learn alone brings SciPy's statistics and pandas. Done once,
beside those of the client, they are over when the first worker is wanted.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing import forkserver

from cluster.signals import signals_held
from cluster.worker_environment import FORKS, OF_NURSERY


def start_nursery(modules: Sequence[str] = ()) -> bool:
    """Have the workers' nursery import these modules; comes back at once, while it does.

    The first call of a process counts: Dask forks from the server that ``multiprocessing`` keeps
    for it. Workers begin as those that Dask starts anew: with signals to end held until they say
    otherwise, and with the environment that libraries read when they are loaded. Where there can be
    no nursery, since the system's libraries must not be forked or the folder of temporary files has
    too long a name for its socket, false comes back.
    """
    if not FORKS:
        return False
    if modules:
        forkserver.set_forkserver_preload(["cluster.quick_start", *modules, "cluster.quick_end"])
    try:
        with _environment(OF_NURSERY), signals_held():
            forkserver.ensure_running()
    except OSError:
        return False
    return True


@contextmanager
def _environment(said: Mapping[str, str]) -> Iterator[None]:
    """Say this in the environment while the block runs, save where the user has said otherwise."""
    ours = {name: value for name, value in said.items() if name not in os.environ}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name in ours:
            del os.environ[name]
