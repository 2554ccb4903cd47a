"""What goes on inside a verb is told on stderr, so that stdout holds its answer alone."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Final

STDOUT: Final = 1
STDERR: Final = 2


@contextmanager
def stdout_for_the_answer() -> Iterator[Callable[[str], None]]:
    """Send to stderr what libraries print during the block, in native code and in workers, too.

    What comes back prints a part of the answer within the block.
    """
    sys.stdout.flush()
    kept = os.dup(STDOUT)
    try:
        os.dup2(STDERR, STDOUT)
        with redirect_stdout(sys.stderr), os.fdopen(os.dup(kept), "w", encoding="utf-8") as answer:
            yield lambda text: print(text, file=answer, flush=True)
    finally:
        os.dup2(kept, STDOUT)
        os.close(kept)
