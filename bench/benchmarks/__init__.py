"""asv benchmarks of every stage: `make asv`, or `asv run` (asv.conf.json)."""

from __future__ import annotations
