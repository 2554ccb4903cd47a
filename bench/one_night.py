"""One night at a time: a lock beside the runs, also on a file system that machines share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import SoftFileLock, Timeout

from bench.errors import BenchError


@contextmanager
def one_night(runs: Path, suite: str) -> Iterator[None]:
    """Hold the night of this suite, or say who holds it.

    The lock is a file that is there: network file systems keep that promise where they do not keep
    the kernel's locks. It names its process and machine; what a dead process of this machine has
    left is taken over.

    Raises
    ------
    BenchError
        Another night of this suite is under way.
    """
    runs.mkdir(parents=True, exist_ok=True)
    path = runs / f".{suite}.lock"
    lock = SoftFileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise BenchError(
            f"{path}: another night of '{suite}' is under way ({_holder(path)}); wait for it, or"
            " remove the file if that machine is gone"
        ) from error
    try:
        yield
    finally:
        lock.release()


def _holder(path: Path) -> str:
    """The process and the machine that the file names."""
    try:
        words = path.read_text("utf-8", "replace").split()
    except OSError:
        return "it ends just now"
    return f"process {words[0]} on {words[1]}" if len(words) > 1 else "its holder is not named"
