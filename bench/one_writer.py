"""One writer a run folder: two processes that write the same records would spoil them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from bench.errors import BenchError
from reports.store import writing_to


@contextmanager
def one_writer(run: Path) -> Iterator[Path]:
    """The run's work folder, held against every other process while the block runs.

    The kernel gives the lock back when its holder ends, however it ends.

    Raises
    ------
    BenchError
        Another process is at work on this run.
    """
    work = run.resolve() / "work"
    with writing_to(work):
        work.mkdir(mode=0o755, exist_ok=True)
        lock = FileLock(work / "lock", mode=0o644, timeout=0)
        try:
            held = lock.acquire()
        except Timeout as error:
            fault = "another process is at work on this run"
            raise BenchError(f"{run}: {fault}; wait for it, or end it") from error
    with held:
        yield work
