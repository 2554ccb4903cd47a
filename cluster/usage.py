"""Memory of the work in a block: all processes below this one, looked at twice a second."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psutil

GLANCE_SECONDS: Final = 0.5


class MemoryPeak:
    """The largest sum of resident memory seen so far, in bytes.

    Pages that processes share count once for each, so the true peak is never larger.
    """

    def __init__(self) -> None:
        self.bytes = 0
        self._changing = threading.Lock()

    def look(self) -> None:
        """Take the sum now; from any thread."""
        here = psutil.Process()
        now = sum(map(_resident_bytes, [here, *_children(here)]))
        with self._changing:
            self.bytes = max(self.bytes, now)


@contextmanager
def watched_memory() -> Iterator[MemoryPeak]:
    """The memory peak of this process and all below it while the block runs."""
    peak, over = MemoryPeak(), threading.Event()
    watcher = threading.Thread(target=_watch, args=(peak, over), daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()


def _watch(peak: MemoryPeak, over: threading.Event) -> None:
    peak.look()
    while not over.wait(GLANCE_SECONDS):
        peak.look()


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def _resident_bytes(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0
