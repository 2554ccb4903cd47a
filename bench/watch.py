"""The clock: seconds of named stages."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


class Watch:
    """Seconds of named stages, on top of those already spent."""

    def __init__(self, spent: Mapping[str, float] | None = None) -> None:
        self.seconds: dict[str, float] = dict(spent or {})

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the seconds that the block takes to the stage."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - begun
            self.seconds[name] = self.seconds.get(name, 0.0) + spent
