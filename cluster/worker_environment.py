"""What the environment of a worker says before its process starts."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Final

# Elsewhere a process that has loaded the system's own numerical libraries must not be forked.
FORKS: Final = sys.platform == "linux"

# Arrays come and go by the thousand. Dask has glibc hand each back to the system at once, and take
# new pages, zeroed by the system, for the next: up to a quarter of a worker's seconds. Here arrays
# below 32 MiB (the most that glibc takes) come from memory that a process keeps, up to 128 MiB of
# it. Arrow's own allocator hands back as eagerly, so its arrays come from there, too.
# What is larger, such as the bytes of a file, comes in pages of 2 MiB where the system has them:
# a file of 72 MB was read in 16 ms instead of 41.
ALLOCATOR: Final[Mapping[str, str]] = {
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_MMAP_THRESHOLD_": str(32 * 2**20),
    "MALLOC_TRIM_THRESHOLD_": str(128 * 2**20),
}

# Cases run in children of the workers, so a profile of the workers' own threads shows them waiting;
# nested deeply enough, it also cannot be sent. By default every process looks fifty times a second
# whether it was held up, which took two idle workers and their client a tenth of a core together.
CONFIGURATION: Final[Mapping[str, object]] = {
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "500ms",
    "distributed.admin.system-monitor.interval": "2s",
}

_AS_WORD: Final = str.maketrans({".": "__", "-": "_"})
ENVIRONMENT: Final[Mapping[str, str]] = {
    **{
        f"DASK_{name.translate(_AS_WORD).upper()}": str(said)
        for name, said in CONFIGURATION.items()
    },
    **ALLOCATOR,
}
"""For workers that something else than this process starts."""

OF_NURSERY: Final[Mapping[str, str]] = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONHASHSEED": "6640",
    **ALLOCATOR,
}
"""For the process that workers of this machine are forked from: what Dask says to one started anew,
by its ``distributed.nanny.pre-spawn-environ`` and for the hashes of all workers to agree.
"""

SETTINGS: Final[Mapping[str, object]] = {
    **CONFIGURATION,
    **{f"distributed.nanny.pre-spawn-environ.{name}": said for name, said in ALLOCATOR.items()},
}
"""The same for workers that this process starts, as Dask's configuration."""
