"""Whether there is room on the disks that a run writes to."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from dask.utils import format_bytes

from bench.places import Places


def disk_faults(places: Places, *, store_bytes: float, work_bytes: float) -> Iterator[str]:
    """A sentence for each folder whose disk is too small; folders of one disk share it."""
    needs = {"--home": (places.home, store_bytes), "--runs": (places.runs, work_bytes)}
    devices = {name: _there(folder).stat().st_dev for name, (folder, _) in needs.items()}
    for name, (folder, wanted) in needs.items():
        shared = sum(one for other, (_, one) in needs.items() if devices[other] == devices[name])
        free = shutil.disk_usage(_there(folder)).free
        if wanted and shared > free:
            yield (
                f"{name} {folder}: {format_bytes(int(shared))} are predicted to be written and"
                f" {format_bytes(free)} are free; make space, or choose another disk"
            )


def _there(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    folder = folder.resolve()
    return next(path for path in (folder, *folder.parents) if path.is_dir())
