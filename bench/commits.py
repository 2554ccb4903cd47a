"""The commits between two runs, as the repository that this code runs from tells them."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final

COMMITS_LISTED: Final = 50


def commits_between(before: str, after: str) -> tuple[str, ...]:
    """One line a commit, latest first; none where there is no repository or it lacks them."""
    if not before or not after or before == after:
        return ()
    command = [
        "git", "-C", str(Path(__file__).parent), "log", "--oneline", "--no-decorate",
        f"--max-count={COMMITS_LISTED}", f"{before}..{after}", "--",
    ]  # fmt: skip
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(found.stdout.splitlines())
