"""How often rows repeat: what a draw of some size should show, and what all rows would."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from pipeline.row_hashes import row_hashes
from pipeline.synthetic.attacks import Attack, Phase
from pipeline.synthetic.columns import COLUMNS
from pipeline.synthetic.pace import IDLE_RUNS
from pipeline.synthetic.rows import simulate_rows

STRETCH_ROWS: Final = 5_000
_TICK_SECONDS: Final = 160.0  # of float32 at an IAT of 8.3e7, a twentieth of the clock


def expected_share(attack: Attack, *, drawn: float) -> float:
    """The share of repeats among a random ``drawn`` part of all the windows of an attack.

    Pure windows repeat within their run. Runs are geometric: of chance ``p`` to go on, so a run
    leaves at least one window in the draw with chance ``1 - E[(1 - drawn) ** length]``. Runs that
    began without a rate are alike beyond that.

    >>> from pipeline.synthetic.pick import find_attacks
    >>> (icmp,) = find_attacks(["DDoS-ICMP_Flood"])
    >>> round(expected_share(icmp, drawn=1.0), 2), round(expected_share(icmp, drawn=0.01), 3)
    (0.75, 0.065)
    """
    total = sum(phase.share for phase in attack.phases)
    return sum(
        phase.share / total * _phase_share(phase, drawn, rows=attack.rows * phase.share / total)
        for phase in attack.phases
    )


def simulated_share(attack: Attack, *, seed: int) -> float:
    """The share of repeats in full: neighbouring windows of each phase, generated and compared."""
    total = sum(phase.share for phase in attack.phases)
    begins = np.cumsum([0.0, *(phase.share / total for phase in attack.phases)]) * attack.rows
    share = 0.0
    for phase, begin, end in zip(attack.phases, begins, begins[1:], strict=False):
        rows = np.arange(begin, min(end, begin + STRETCH_ROWS)).astype(np.uint64)
        columns = simulate_rows(attack, rows, population=attack.rows, seed=seed)
        _, rounded = row_hashes([columns[name] for name in COLUMNS])
        share += phase.share / total * (1.0 - len(np.unique(rounded)) / len(rounded))
    return share


def _phase_share(phase: Phase, drawn: float, *, rows: float) -> float:
    if not (phase.pattern and phase.flows == "fresh"):
        return 0.0
    missed = 1.0 - drawn
    none_drawn = missed * (1.0 - phase.pure) / (1.0 - phase.pure * missed)
    within_runs = phase.pure - phase.pure * (1.0 - phase.pure) * (1.0 - none_drawn) / drawn
    return (1.0 - IDLE_RUNS) * within_runs + _idle_share(phase, drawn * rows)


def _idle_share(phase: Phase, drawn_rows: float) -> float:
    """Runs without a rate repeat each other as long as the clock rounds to the same float32."""
    idle = IDLE_RUNS * phase.pure * drawn_rows
    ticks = max(1.0, phase.seconds / _TICK_SECONDS)
    return (idle + ticks * math.expm1(-idle / ticks)) / drawn_rows
