"""What Dask logs with a traceback though the same comes back as an error, or is none."""

from __future__ import annotations

import logging
from asyncio import CancelledError
from typing import Final

from distributed.client import AllExit

TOLD_BY_THE_CLIENT: Final = "Compute Failed"


class _SaidElsewhere(logging.Filter):
    """Drops the worker's word on a task that raised, and the client's on a wait that was left.

    A client that looks for a scheduler in vain also leaves a wait.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        is_left = isinstance(error, (AllExit, CancelledError))
        return not (is_left or str(record.msg).startswith(TOLD_BY_THE_CLIENT))


_FILTER: Final = _SaidElsewhere()


def say_once() -> None:
    """Keep from this process's stderr what is told as an error anyway."""
    for name in ("distributed.worker", "distributed.client", "asyncio"):
        logging.getLogger(name).addFilter(_FILTER)
