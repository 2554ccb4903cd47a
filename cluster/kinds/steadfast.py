"""Workers that Ctrl-C does not reach, and that leave it to their client to tell of errors."""

from __future__ import annotations

import signal

from distributed import Worker

from cluster.process_name import name_process
from cluster.quiet import say_once
from cluster.signals import HELD


def dask_setup(worker: Worker) -> None:
    """Ignore SIGINT, which a terminal sends to all, here and in all that this worker starts."""
    name_process("tb-worker")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HELD)  # see how local workers are started
    say_once()
