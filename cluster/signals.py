"""Signals to end, kept waiting while something is half made."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

HELD: Final = (signal.SIGINT, signal.SIGTERM)
BOOKS_OF_IMPORTS: Final = "<frozen importlib."
POSTPONED_SECONDS: Final = 0.01


def hear_interruptions() -> None:
    """Have SIGTERM end a run in order, as Ctrl-C does: by ``KeyboardInterrupt`` in the main thread.

    It is not raised where Python notes who imports what. There it can be lost, and the lock on all
    imports is kept, so that every other thread that imports something waits for ever.
    """
    signal.signal(signal.SIGALRM, _interrupt)
    signal.signal(signal.SIGTERM, _interrupt)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # not so below nohup
        signal.signal(signal.SIGINT, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    if frame is not None and frame.f_code.co_filename.startswith(BOOKS_OF_IMPORTS):
        signal.setitimer(signal.ITIMER_REAL, POSTPONED_SECONDS)
    elif number == signal.SIGALRM:  # what was put off comes again, as a signal that may be held
        signal.raise_signal(signal.SIGTERM)
    else:
        raise KeyboardInterrupt


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
    with _noted_only():
        before = signal.pthread_sigmask(signal.SIG_BLOCK, HELD)
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _noted_only() -> Iterator[None]:
    """Handle what comes during the block when it is left.

    What one thread holds the system gives to another, and then Python handles it in the main thread
    all the same.
    """
    came: set[int] = set()

    def note(number: int, _frame: FrameType | None) -> None:
        came.add(number)

    before = {}
    try:
        if threading.current_thread() is threading.main_thread():
            for number in HELD:
                before[number] = signal.signal(number, note)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for noted in came:
            signal.raise_signal(noted)
