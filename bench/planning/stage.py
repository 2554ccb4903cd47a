"""Stage and Rate: seconds = fixed + work / workers, and the work counted in units of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bench.planning.scope import Scope
from bench.planning.tasks import merge_tasks

TASK_SECONDS: Final = 0.003
"""What the scheduler takes for a task that does nothing: ``python -m bench.speed.scheduler_load``,
17,000 partitions, two workers and the scheduler on two cores."""


@dataclass(frozen=True, kw_only=True)
class Rate:
    """CPU seconds of a unit of work, and how many units there are.

    ``source`` says what was measured. Work that ``is_serial`` is done by the client alone.
    """

    unit: str
    seconds: float
    source: str
    units: Callable[[Scope], float]
    is_serial: bool = False


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage: seconds = fixed + the sum of units x rate / workers.

    ``pieces`` is how many workers can share the work; ``leaves`` how often every partition becomes
    a task, and ``trees`` how many trees of merges there are, which the scheduler has to send, too;
    ``counts`` says that the stage is left out where the counted flows are in the store.
    """

    name: str
    fixed_seconds: float = 0.0
    rates: tuple[Rate, ...] = ()
    pieces: Callable[[Scope], float] = lambda scope: scope.files
    leaves: int = 0
    trees: Callable[[Scope], int] = lambda _scope: 0
    counts: bool = False

    def is_run(self, scope: Scope) -> bool:
        """Whether there is anything to do."""
        return not (self.counts and scope.is_counted)

    def shared_seconds(self, scope: Scope, slots: int) -> float:
        """On so many worker threads of this machine by the reference, without what is fixed."""
        sharing = max(1.0, min(slots, self.pieces(scope)))
        work = sum(
            rate.seconds * rate.units(scope) / (1.0 if rate.is_serial else sharing)
            for rate in self.rates
        )
        return scope.machine * max(work, self.tasks(scope) * TASK_SECONDS)

    def tasks(self, scope: Scope) -> int:
        """How many tasks over partitions the scheduler sends."""
        if not self.is_run(scope) or not any(rate.units(scope) for rate in self.rates):
            return 0
        return self.leaves * scope.files + self.trees(scope) * merge_tasks(scope.files)


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How a stage compares with the reference: its fixed seconds, and a factor on the rest.

    ``source`` names the run that it is from; empty for the reference itself.
    """

    fixed_seconds: float
    factor: float = 1.0
    source: str = ""
