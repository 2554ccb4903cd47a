"""Detection: how many attacks a threshold finds that at most so many benign flows pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pipeline.alarms import Alarms
from pipeline.flows import Floats, Integers
from pipeline.metrics import INTERVAL, REPLICATES, Estimate

DEVIATIONS: Final = 6.0
FLOWS: Final = 20
"""No drawn test part has its threshold further off than so many standard deviations of the benign
flows above it, and so many flows, which counts where there are few."""

MOST_STEPS: Final = 128


@dataclass(frozen=True, kw_only=True, eq=False)
class Steps:
    """Flows between thresholds, from the most suspect down: int64, (steps,) each.

    A step begins with benign flows of one value, so that a threshold lies at its beginning if
    these are too many; the first step has none.
    """

    attacks: Integers
    benign: Integers


def detection(found: Alarms, *, rate: float, seed: int) -> Estimate:
    """The largest share of attacks above a threshold that at most ``rate`` of the benign pass.

    Attacks are hits, and benign flows are false alarms.

    The interval is that of test parts drawn with replacement, each with a threshold of its own:
    drawn are the flows between thresholds, one by one where the threshold of a draw may lie, and
    together above and below.
    """
    steps = _steps(found.hits.astype(np.int64), found.false_alarms.astype(np.int64))
    value = float(_detected(steps.attacks[None, :], steps.benign[None, :], rate)[0])
    drawn = _draws(_near_threshold(steps, rate), seed=seed)
    tail = (1 - INTERVAL) / 2
    low, high = np.quantile(_detected(*drawn, rate), [tail, 1 - tail]).tolist()
    return Estimate(value=value, low=min(low, value), high=max(high, value))


def _steps(hits: Integers, false_alarms: Integers) -> Steps:
    """The flows of all thresholds, those without benign flows joined to the one before."""
    benign = np.diff(false_alarms, prepend=0)
    starts = np.unique(np.append(0, np.flatnonzero(benign)))
    attacks = np.add.reduceat(np.diff(hits, prepend=0), starts)
    steps = Steps(attacks=attacks, benign=np.add.reduceat(benign, starts))
    if not steps.benign[0]:
        return steps
    return Steps(attacks=np.append(0, steps.attacks), benign=np.append(0, steps.benign))


def _near_threshold(steps: Steps, rate: float) -> Steps:
    """The same flows, joined where no threshold comes to lie, and to so many steps at most."""
    above = np.cumsum(steps.benign)
    allowed = rate * above[-1]
    reach = DEVIATIONS * np.sqrt(allowed * (1 - rate)) + FLOWS
    first, last = np.searchsorted(above, [allowed - reach, allowed + reach], side="right").tolist()
    near = np.linspace(first, last + 1, MOST_STEPS + 1).astype(np.int64)
    starts = np.unique(np.append(0, near[near < len(above)]))
    return Steps(
        attacks=np.add.reduceat(steps.attacks, starts),
        benign=np.add.reduceat(steps.benign, starts),
    )


def _draws(steps: Steps, *, seed: int) -> tuple[Integers, Integers]:
    """Attacks and benign flows of every step in test parts drawn with replacement."""
    flows = np.concatenate([steps.attacks, steps.benign])
    kinds = np.flatnonzero(flows)
    total = int(flows.sum())
    drawn = np.zeros((REPLICATES, len(flows)), np.int64)
    chance = np.random.default_rng(seed)
    drawn[:, kinds] = chance.multinomial(total, flows[kinds] / total, size=REPLICATES)
    attacks, benign = np.split(drawn, 2, axis=1)
    return attacks, benign


def _detected(attacks: Integers, benign: Integers, rate: float) -> Floats:
    """Of each test part, (test parts,): the share of its attacks above its own threshold."""
    false_alarms = np.cumsum(benign, axis=1)
    is_passed = false_alarms <= rate * false_alarms[:, -1:]
    found = (attacks * is_passed).sum(axis=1)
    return np.asarray(found / np.maximum(attacks.sum(axis=1), 1), np.float64)
