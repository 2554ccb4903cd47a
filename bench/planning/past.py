"""What earlier runs tell of this machine: how each stage compares with the reference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf, log
from pathlib import Path
from statistics import median
from typing import Final

from bench.errors import BenchError
from bench.planning.fits import fit_seconds
from bench.planning.memory import peak_bytes
from bench.planning.scope import Scope
from bench.planning.stage import Pace, Stage
from bench.planning.stages import STAGES
from bench.suite_file import load_suite
from pipeline.errors import PipelineError
from reports.run import Run, list_runs, read_facts, read_run

WARM_SHARE: Final = 0.1
"""An ingest that took less than this share of the reference found its store there already."""

COMPARABLE: Final = 10.0
"""Work that is so many times as much, or as little, is another matter."""

SHORT_SECONDS: Final = 0.1
"""A fit that takes less, here and by the reference, says nothing of others."""


@dataclass(frozen=True, kw_only=True)
class PastRun:
    """An earlier run: what it did, on how many worker threads, and what that took."""

    run: Run
    scope: Scope
    slots: int
    workers: int
    threads: int


def past_runs(runs: Path, *, machine: float = 1.0) -> list[PastRun]:
    """The runs in this folder that ended well and say enough, earliest first."""
    found = [_past_run(path, machine) for path in list_runs(runs)]
    return [past for past in found if past is not None]


def paces(past: Sequence[PastRun], scope: Scope) -> dict[str, Pace]:
    """For each stage how the run nearest in its work, of equals the last, compares.

    Runs of the same suite go before others. A run whose work was more than ten times as much, or
    less than a tenth, says nothing: overheads would be taken for rates. So does one that recalled
    the stage from its store, or did not do it.
    """
    return {stage.name: _pace(stage, past, scope) for stage in STAGES}


def told(scope: Scope, past: Sequence[PastRun]) -> Scope:
    """The scope with what the runs tell of such flows: distinct rows, and how long models fit.

    Distinct rows are those of the run nearest in rows, if it had at least half of them.
    """
    alike = [one for one in past if one.scope.used_rows * 2 >= scope.used_rows]
    distinct = _nearest(alike, scope.rows).scope.distinct_rows if alike else {}
    return replace(scope, distinct_rows=distinct, fit_factors=fit_factors(past, scope.rows))


def fit_factors(past: Sequence[PastRun], rows: int) -> dict[str, float]:
    """For each model its fit seconds over those expected, in the run nearest that had it."""
    found: dict[str, float] = {}
    for one in sorted(past, key=lambda one: _distance(one, rows), reverse=True):
        found |= _factors(one)
    return found


def memory_factor(past: Sequence[PastRun], rows: int) -> float:
    """The peak of all processes over the reference, in the run nearest in rows; 1.0 without one."""
    known = [one for one in past if one.run.summary.peak_memory_bytes]
    if not known:
        return 1.0
    one = _nearest(known, rows)
    base, grown = peak_bytes(one.scope, workers=one.workers, threads=one.threads)
    return (one.run.summary.peak_memory_bytes or 0) / (base + grown)


def _past_run(path: Path, machine: float) -> PastRun | None:
    run = read_run(path, with_details=False)
    facts = run.summary
    if facts.status != "done" or not facts.data.rows or not facts.cluster.threads:
        return None
    scope = _scope(run)
    if scope is None:
        return None
    scope = replace(scope, machine=machine)
    if _is_warm(scope, facts.seconds.get("ingest", 0.0), facts.cluster.threads):
        scope = replace(scope, rows_to_write=0, rows_to_ingest=0)
    workers = facts.cluster.workers or facts.cluster.threads
    return PastRun(
        run=run,
        scope=scope,
        slots=facts.cluster.threads,
        workers=workers,
        threads=max(1, facts.cluster.threads // workers),
    )


def _scope(run: Run) -> Scope | None:
    """What the run had to do; nothing where its suite is none of this version's."""
    try:
        suite = load_suite(str(run.path / "suite.toml"))
    except (BenchError, PipelineError):
        return None
    data, held_out = run.summary.data, run.summary.splits
    rows = data.rows or 0
    return Scope(
        suite=suite,
        rows=rows,
        used_rows=max((one.rows for one in held_out), default=rows - (data.rows_dropped or 0)),
        files=data.files or 1,
        rows_to_write=0 if read_facts(run.path).get("paths") else rows,
        rows_to_ingest=rows,
        is_counted="collapse" not in run.summary.seconds and "sample" not in run.summary.seconds,
        distinct_rows={
            (one.task, one.split): one.distinct_rows for one in held_out if one.distinct_rows
        },
    )


def _is_warm(scope: Scope, ingest_seconds: float, slots: int) -> bool:
    ingest = next(stage for stage in STAGES if stage.name == "ingest")
    return ingest_seconds < WARM_SHARE * ingest.shared_seconds(scope, slots)


def _pace(stage: Stage, past: Sequence[PastRun], scope: Scope) -> Pace:
    telling = [
        one
        for one in reversed(past)
        if stage.name in one.run.summary.seconds and _work_ratio(stage, one, scope) <= COMPARABLE
    ]
    if not telling:
        return Pace(fixed_seconds=scope.machine * stage.fixed_seconds)
    one = min(
        telling,
        key=lambda one: (
            one.scope.suite.name != scope.suite.name,
            _work_ratio(stage, one, scope),
        ),
    )
    seconds = one.run.summary.seconds[stage.name]
    shared = stage.shared_seconds(told(one.scope, [one]), one.slots)
    fixed = min(seconds, stage.fixed_seconds) if shared else seconds
    factor = (seconds - fixed) / shared if shared else 1.0
    return Pace(fixed_seconds=fixed, factor=factor, source=one.run.name)


def _work_ratio(stage: Stage, one: PastRun, scope: Scope) -> float:
    """How many times as much work the larger of the two is, by the reference; at least 1."""
    plain = [replace(each, fit_factors={}) for each in (one.scope, scope)]
    low, high = sorted(stage.shared_seconds(each, 1) for each in plain)
    if not high:
        return 1.0
    return high / low if low else inf


def _nearest(past: Sequence[PastRun], rows: int) -> PastRun:
    return min(reversed(past), key=lambda one: _distance(one, rows))


def _distance(one: PastRun, rows: int) -> float:
    return abs(log(one.scope.rows / max(rows, 1)))


def _factors(one: PastRun) -> dict[str, float]:
    seen: dict[str, list[float]] = {}
    for model, factor in _seen_factors(one):
        seen.setdefault(model, []).append(factor)
    return {model: median(factors) for model, factors in seen.items()}


def _seen_factors(one: PastRun) -> Iterator[tuple[str, float]]:
    """For each fit that ended well, its seconds over those expected of this machine."""
    scope = one.scope
    for record in one.run.records:
        if record.model not in scope.suite.models or "fit" not in record.seconds:
            continue
        rows = record.distinct_rows or scope.fitted_rows(record.model, (record.task, record.split))
        classes = scope.classes(record.task)
        reference = scope.machine * fit_seconds(record.model, rows=rows, classes=classes)
        if max(reference, record.seconds["fit"]) >= SHORT_SECONDS:
            yield record.model, record.seconds["fit"] / reference
