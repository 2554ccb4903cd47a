"""Signals to end, kept waiting while something is half made."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

HELD: Final = (signal.SIGINT, signal.SIGTERM)


def leave_interruptions() -> None:
    """Ignore SIGINT, which a terminal sends to all, here and in all that this process starts.

    It is for the client alone. What was held when this process was started is heard again.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HELD)


@contextmanager
def signals_held() -> Iterator[None]:
    """Deliver SIGINT and SIGTERM to this thread only when the block is left.

    Processes that are started meanwhile hold them for good, until they say otherwise.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, HELD)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
