"""For the nursery alone, when it has imported all: what it then does to end, and what is handed on.

It ends without taking its libraries down, which would take a second: whoever reads what a command
prints waits for all that hold its stdout, the nursery among them. What it has imported is frozen,
so that collecting garbage in a worker does not touch it, and its memory stays shared. A worker
whose starter is interrupted before it has said what to run ends without a word.
"""

from __future__ import annotations

import atexit
import gc
import os
import pickle
import sys
from types import TracebackType
from typing import Final

GIVEN_UP: Final = (EOFError, pickle.UnpicklingError)
"""What a worker meets that reads what it is to run from a starter who is gone."""


def _tell(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    if not issubclass(kind, GIVEN_UP):
        sys.__excepthook__(kind, error, where)


sys.excepthook = _tell
gc.freeze()
gc.enable()
atexit.register(os._exit, 0)
