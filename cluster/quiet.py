"""What Dask logs with a traceback though the same comes back as an error, or is none."""

from __future__ import annotations

import logging
from asyncio import CancelledError
from typing import Final

from distributed.client import AllExit

TALKERS: Final = (
    "distributed.worker",
    "distributed.worker.state_machine",
    "distributed.client",
    "distributed.scheduler",
    "asyncio",
    "tornado.application",
)
TOLD_BY_THE_CLIENT: Final = (
    "Compute Failed",
    "Async instruction for",
    "Task %s marked as failed because",
)
LEFT_BY_THE_CLIENT: Final = "ConnectionPool is closed"
LEFT_BEFORE_IT_BEGAN: Final = "cannot access free variable 'future'"
NOBODY_ASKED: Final = "Future exception was never retrieved"


class _SaidElsewhere(logging.Filter):
    """Drops the word on a task that raised, and on a wait that was left; shortens lost connections.

    A client that looks for a scheduler in vain leaves a wait, and one that is closed leaves many;
    the senders of its messages leave one whose time then runs out without anybody there to ask.
    Of a wait that Ctrl-C ends before it has begun, Dask cancels what is not there yet.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, OSError):
            record.exc_info = record.exc_text = None
        said = str(record.msg)
        is_left = (
            isinstance(error, (AllExit, CancelledError))
            or (isinstance(error, TimeoutError) and said.startswith(NOBODY_ASKED))
            or LEFT_BY_THE_CLIENT in str(error)
            or (isinstance(error, NameError) and LEFT_BEFORE_IT_BEGAN in str(error))
        )
        return not (is_left or said.startswith(TOLD_BY_THE_CLIENT))


_FILTER: Final = _SaidElsewhere()


def say_once() -> None:
    """Keep from this process's stderr what is told as an error anyway."""
    for name in TALKERS:
        logging.getLogger(name).addFilter(_FILTER)
