"""Places: where a run finds its flows, and where it keeps what it makes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where a run finds its flows, where it keeps stores, and where run folders go.

    ``acknowledged`` is the file of the changes that are known and accepted; ``baseline`` a run
    that this one is held against beside the runs before it.
    """

    data: tuple[Path, ...] = ()
    home: Path = Path("data")
    runs: Path = Path("runs")
    acknowledged: Path = Path("acknowledged.toml")
    baseline: Path | None = None
