"""What the system keeps of files in memory: whether reading them begins at the disk."""

from __future__ import annotations

import os
from pathlib import Path


def forget_files(folder: Path) -> None:
    """Have the system let go of what it keeps of the files below this folder, which need not be.

    What is not written yet is written first. Linux does so at once; elsewhere it is but advice.
    """
    os.sync()
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
