"""Old runs: which to remove, so that the disk lasts."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Final

from reports.run import list_runs, read_facts

ENDED: Final = frozenset({"done", "failed", "interrupted"})


def retire_runs(runs: Path, *, suite: str, keep: int, spare: Collection[str]) -> list[Path]:
    """Remove the runs of a suite but the last ``keep``; the folders that are gone.

    Runs that are named in ``spare``, and those that may still go on, are never removed.
    """
    old = list_runs(runs, suite=suite)[:-keep]
    chosen = [
        folder
        for folder in old
        if folder.name not in spare and read_facts(folder).get("status") in ENDED
    ]
    for folder in chosen:
        shutil.rmtree(folder)
    return chosen
