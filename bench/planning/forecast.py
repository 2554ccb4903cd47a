"""Forecast: seconds by stage, memory and disk of a run on a shape, and what stands in its way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dask.utils import format_bytes

from bench.planning.memory import Memory, memory_of, store_bytes, work_bytes
from bench.planning.scope import Scope
from bench.planning.shapes import Shape
from bench.planning.stage import Pace
from bench.planning.stages import STAGES


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What a run would take on a shape; ``faults`` are sentences: place, fault, remedy."""

    shape: Shape
    seconds: Mapping[str, float]
    memory: Memory
    store_bytes: float
    work_bytes: float
    faults: tuple[str, ...] = ()

    @property
    def total_seconds(self) -> float:
        """Of all stages."""
        return sum(self.seconds.values())

    @property
    def worker_bytes(self) -> float:
        """Of one worker with its children."""
        return self.memory.of_worker(self.shape.threads)


def forecast(
    scope: Scope, shape: Shape, *, paces: Mapping[str, Pace], memory_factor: float = 1.0
) -> Forecast:
    """What the run would take on this shape."""
    least = memory_of(scope, threads=shape.threads)
    memory = Memory(
        client=memory_factor * least.client,
        worker=memory_factor * least.worker,
        child=memory_factor * least.child,
    )
    seconds = stage_seconds(scope, shape.slots, paces)
    return Forecast(
        shape=shape,
        seconds=seconds,
        memory=memory,
        store_bytes=store_bytes(scope),
        work_bytes=work_bytes(scope),
        faults=tuple(_memory_faults(scope, shape, memory)) + tuple(_time_faults(scope, seconds)),
    )


def stage_seconds(scope: Scope, slots: int, paces: Mapping[str, Pace]) -> dict[str, float]:
    """For each stage that is run: what is fixed, and the work shared by so many worker threads."""
    return {
        stage.name: paces[stage.name].fixed_seconds
        + paces[stage.name].factor * stage.shared_seconds(scope, slots)
        for stage in STAGES
        if stage.is_run(scope)
    }


def _memory_faults(scope: Scope, shape: Shape, memory: Memory) -> Iterator[str]:
    if shape.worker_bytes is not None and memory.worker > shape.worker_bytes:
        yield (
            f"cluster.memory = {format_bytes(int(shape.worker_bytes))}: a worker is predicted to"
            f" take {format_bytes(int(memory.worker))}; raise it, or count fewer distinct rows"
            " (distinct_rows)"
        )
    if memory.child > scope.suite.limits.memory:
        yield (
            f"limits.memory = {format_bytes(int(scope.suite.limits.memory))}: a case is predicted"
            f" to take {format_bytes(int(memory.child))}; raise it, or count fewer distinct rows"
            " (distinct_rows)"
        )
    of_node = shape.workers_per_node * memory.of_worker(shape.threads)
    if shape.shares_client:
        of_node += memory.client
    elif memory.client > shape.client_bytes:
        yield (
            f"{shape.name}: the client is predicted to take {format_bytes(int(memory.client))} of"
            f" this machine's {format_bytes(int(shape.client_bytes))}; run it on a larger one"
        )
    if shape.node_bytes is not None and of_node > shape.node_bytes:
        yield (
            f"{shape.name}: client, {shape.workers_per_node} workers and their cases are predicted"
            f" to take {format_bytes(int(of_node))} of a machine's"
            f" {format_bytes(int(shape.node_bytes))}; run on fewer workers (cluster.workers) or"
            " more machines (--cluster)"
        )


def _time_faults(scope: Scope, seconds: Mapping[str, float]) -> Iterator[str]:
    total, wall = sum(seconds.values()), scope.suite.cluster.wall_seconds
    if wall is not None and total > wall:
        yield (
            f"cluster.wall_seconds = {wall:g}: the run is predicted to take {total:,.0f} s; ask for"
            " more, for more workers, or lower effort"
        )
