"""Where the work runs: one opener for each kind of Dask cluster."""

from __future__ import annotations
