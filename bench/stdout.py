"""What goes on inside a verb is told on stderr, so that stdout holds its answer alone."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Final

STDOUT: Final = 1
STDERR: Final = 2


@contextmanager
def stdout_for_the_answer() -> Iterator[None]:
    """Send to stderr what libraries print during the block, in native code and in workers, too."""
    sys.stdout.flush()
    kept = os.dup(STDOUT)
    try:
        os.dup2(STDERR, STDOUT)
        with redirect_stdout(sys.stderr):
            yield
    finally:
        os.dup2(kept, STDOUT)
        os.close(kept)
