"""What the environment of a worker says before its process starts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Arrays come and go by the thousand. Dask has glibc hand each back to the system at once, and take
# new pages, zeroed by the system, for the next: a quarter of a worker's seconds. Here arrays below
# 32 MiB (the most that glibc takes) come from memory that a process keeps, up to 128 MiB of it.
ALLOCATOR: Final[Mapping[str, str]] = {
    "MALLOC_MMAP_THRESHOLD_": str(32 * 2**20),
    "MALLOC_TRIM_THRESHOLD_": str(128 * 2**20),
}

# Cases run in children of the workers, so a profile of the workers' own threads shows them waiting;
# nested deeply enough, it also cannot be sent.
PROFILE: Final = "distributed.worker.profile.enabled"

ENVIRONMENT: Final[Mapping[str, str]] = {
    "DASK_" + PROFILE.replace(".", "__").upper(): "False",
    **ALLOCATOR,
}
"""For workers that something else than this process starts."""

SETTINGS: Final[Mapping[str, object]] = {
    PROFILE: False,
    **{f"distributed.nanny.pre-spawn-environ.{name}": says for name, says in ALLOCATOR.items()},
}
"""The same for workers that this process starts, as Dask's configuration."""
