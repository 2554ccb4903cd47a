"""How far an ingest has come, as the store tells it while its parts come into place."""

from __future__ import annotations

from pathlib import Path

from bench.progress import Look, Tally
from pipeline.parts import rows_in_place


def ingest_tally(store: Path, *, files: int) -> Look:
    """Files of ``files`` whose part is there, and rows of those that came since this was asked.

    Each part is read once.
    """
    known = rows_in_place(store, {})
    before = sum(known.values())

    def look() -> Tally:
        known.update(rows_in_place(store, known))
        rows = sum(known.values()) - before
        return Tally(done=min(len(known), files), total=files, rows=rows)

    return look
