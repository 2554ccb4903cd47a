"""Workers that Ctrl-C does not reach, and that leave it to their client to tell of errors."""

from __future__ import annotations

from distributed import Worker

from cluster.process_name import name_process
from cluster.quiet import say_once
from cluster.signals import leave_interruptions


def dask_setup(worker: Worker) -> None:
    """Have the worker go by its name, leave Ctrl-C to the client, and say less."""
    name_process("tb-worker")
    leave_interruptions()
    say_once()
