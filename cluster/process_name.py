"""What ``top`` and ``ps -o comm`` call a process: those that are forked look alike otherwise."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def name_process(name: str) -> None:
    """Call this process so, in at most 15 bytes; nothing where that is not Linux."""
    with suppress(OSError):
        Path("/proc/self/comm").write_text(name)
