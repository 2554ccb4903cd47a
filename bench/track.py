"""A run's own numbers in asv's result files, so that one asv site shows both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Final

from bench.asv_files import (
    Measured,
    Series,
    Values,
    add_benchmarks,
    commit_milliseconds,
    read_machine,
    results_folder,
    write_results,
)
from bench.errors import BenchError
from reports.measures import Measure, measures_of
from reports.run import Run

UNITS: Final = {"seconds": "seconds", "mebibytes": "bytes"}


def track(
    runs: Sequence[Run],
    *,
    config: Path,
    machine: str | None = None,
    skip: Callable[[str], None] | None = None,
) -> list[Path]:
    """Add what these runs measured to asv's files; the result files that were written.

    A run that asv has no place for is told to ``skip`` and passed by, or else an error.

    Of several runs on one commit the middle value stands. Scores are given as errors, since asv
    flags only what grows.

    Raises
    ------
    BenchError
        There is no asv configuration, or a run does not say its commit, or the repository at hand
        does not have it, or no run is left.
    """
    results = results_folder(config)
    of_commit: dict[tuple[str, int], list[Run]] = defaultdict(list)
    for run in runs:
        try:
            of_commit[_known_commit(run, repository=config.resolve().parent)].append(run)
        except BenchError as error:
            if skip is None:
                raise
            skip(str(error))
    if not of_commit:
        raise BenchError("no run is of a commit that the repository here has")
    described = read_machine(results, machine)
    measured = [_measured(*commit, found) for commit, found in of_commit.items()]
    entries = add_benchmarks(results, measured)
    return [write_results(results, one, machine=described, entries=entries) for one in measured]


def _known_commit(run: Run, *, repository: Path) -> tuple[str, int]:
    """The commit that made the run, and when it was made."""
    commit = str(run.summary.environment.get("commit") or "")
    if not commit:
        fault = "does not say which commit made it, so asv has no place for it"
        raise BenchError(f"{run.path}: {fault}")
    try:
        return commit, commit_milliseconds(commit, repository=repository)
    except BenchError as error:
        raise BenchError(f"{run.path}: {error}") from error


def _measured(commit: str, committed: int, runs: Sequence[Run]) -> Measured:
    """The middle of each number over the runs of one commit."""
    found: dict[Series, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for run in runs:
        for series, values in (*_of_cases(run), _of_stages(run)):
            for parameter, value in values.items():
                found[series][parameter].append(value)
    last = runs[-1].summary
    return Measured(
        commit=commit,
        committed=committed,
        python=".".join(str(last.environment.get("python", "")).split(".")[:2]),
        started=last.started,
        values={
            series: {parameter: median(values) for parameter, values in by_parameter.items()}
            for series, by_parameter in found.items()
        },
    )


def _of_cases(run: Run) -> list[tuple[Series, Values]]:
    measures = measures_of(run.summary.metric)
    return [(_series(run, measure), _values(run, measure)) for measure in measures]


def _series(run: Run, measure: Measure) -> Series:
    is_error = not measure.is_ratio
    return Series(
        name=f"nightly.{run.summary.suite}.{measure.key}{'_error' if is_error else ''}",
        unit="error" if is_error else UNITS[measure.kind],
        parameter="case",
        title=f"{measure.title}, as error" if is_error else measure.title,
    )


def _values(run: Run, measure: Measure) -> Values:
    taken = ((record, measure.take(record)) for record in run.records)
    return {
        record.case_id: 1 - value if measure.is_higher_better(record) else value
        for record, value in taken
        if value is not None
    }


def _of_stages(run: Run) -> tuple[Series, Values]:
    name = f"nightly.{run.summary.suite}.stage_seconds"
    series = Series(name=name, unit="seconds", parameter="stage", title="Stages")
    return series, dict(run.summary.seconds)
