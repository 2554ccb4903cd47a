"""`threatbench plan`: what a suite would run, and what that takes, here and on larger clusters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bench.places import Places
from bench.planning.disk import disk_faults
from bench.planning.forecast import Forecast, forecast
from bench.planning.look import scope_of
from bench.planning.machine import machine_factor
from bench.planning.orders import pieces_of
from bench.planning.past import memory_factor, paces, past_runs
from bench.planning.scope import Scope
from bench.planning.shapes import SHAPES, asked_shape
from bench.planning.stage import Pace
from bench.planning.stages import STAGES
from bench.suite_file import load_suite
from pipeline.zoo import ALL_MODELS


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What would run, and a forecast for the shape that is asked for and for each of ``SHAPES``.

    ``orders`` counts the pieces of work by sort, ``tasks`` what the scheduler has to send for the
    passes over the partitions.
    """

    scope: Scope
    orders: Mapping[str, int]
    tasks: int
    paces: Mapping[str, Pace]
    forecasts: tuple[Forecast, ...]

    @property
    def late_models(self) -> tuple[str, ...]:
        """Models of one worker that are predicted to be ended by ``limits.seconds``."""
        limit = self.scope.suite.limits.seconds
        late = [
            one
            for one in pieces_of(self.scope)
            if self.scope.machine * one.seconds > limit and not one.is_of_all
        ]
        return tuple(dict.fromkeys(piece.model for piece in late if piece.model in ALL_MODELS))

    @property
    def faults(self) -> tuple[str, ...]:
        """Why the run cannot finish as it is asked for; none where it fits."""
        return self.forecasts[0].faults


def make_plan(name: str, *, overrides: Sequence[str], places: Places) -> Plan:
    """The plan of a suite on these flows, by the rates of the runs in ``places.runs``.

    What these do not tell is taken from the shipped rates, and this machine's pace from a probe.
    """
    suite = load_suite(name, overrides=overrides)
    machine = machine_factor()
    past = past_runs(places.runs, machine=machine)
    scope = replace(scope_of(suite, places, past), machine=machine)
    found, factor = paces(past, scope), memory_factor(past, scope.rows)
    shapes = (asked_shape(suite), *SHAPES)
    asked, *others = (forecast(scope, shape, paces=found, memory_factor=factor) for shape in shapes)
    full = disk_faults(places, store_bytes=asked.store_bytes, work_bytes=asked.work_bytes)
    orders: Counter[str] = Counter()
    for piece in pieces_of(scope):
        orders[piece.sort] += piece.number
    return Plan(
        scope=scope,
        orders=orders,
        tasks=sum(stage.tasks(scope) for stage in STAGES),
        paces=found,
        forecasts=(replace(asked, faults=(*asked.faults, *full)), *others),
    )
