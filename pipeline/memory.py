"""Memory that was freed, back to the system."""

from __future__ import annotations

import ctypes


def give_back_memory() -> None:
    """Return all that was freed; glibc by itself returns only what lies at the end of its heap.

    A large object that is made beside others, such as a forest that is read from a file, would
    otherwise leave its process with the memory of them all. Nothing is done without glibc.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
