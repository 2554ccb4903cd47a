"""How this machine compares with the one that the shipped rates were measured on."""

from __future__ import annotations

import time
from typing import Final

import numpy as np

from pipeline.row_hashes import exact_hashes

REFERENCE_SECONDS: Final = 0.0089
"""What the probe takes on the machine of the shipped rates. It is not known from there, but from
another: there the probe took 0.0059 s, a nightly at full size 0.68 times and a nightly-all 0.64
times as long as the rates said."""

PROBES: Final = 20
ROWS: Final = 1 << 16
COLUMNS: Final = 10


def machine_factor() -> float:
    """How many times as long as by the shipped rates work takes here, told in a fifth of a second.

    One core hashes and sorts rows, as passes over partitions and trees do; of several times the
    shortest counts, as others may be at work.
    """
    return min(_probe_seconds() for _ in range(PROBES)) / REFERENCE_SECONDS


def _probe_seconds() -> float:
    chance = np.random.default_rng(0)
    columns = [chance.random(ROWS) for _ in range(COLUMNS)]
    start = time.perf_counter()
    order = np.argsort(exact_hashes(columns), kind="stable")
    columns[0][order].cumsum()
    return time.perf_counter() - start
