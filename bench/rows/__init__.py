"""Cases on the rows grain: budgets, samples on disk, fits on the whole cluster, every test row."""

from __future__ import annotations
