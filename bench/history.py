"""All runs of a folder and their step changes; and the word that accepts a change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from bench.commits import commits_between
from bench.errors import BenchError
from pipeline.errors import unknown
from reports.acknowledged import (
    Acknowledgement,
    add_acknowledged,
    read_acknowledged,
    restarts,
)
from reports.history_page import runs_table, steps_table, write_history
from reports.judgement import judge_night
from reports.run import Run, list_runs, read_run
from reports.steps import Step, find_steps
from reports.terminal import table_text

WIDTH = 120


@dataclass(frozen=True, kw_only=True)
class SuiteHistory:
    """The runs of one suite, earliest first, and their steps, latest first."""

    suite: str
    runs: tuple[Run, ...]
    steps: tuple[Step, ...]


def read_history(runs: Path, *, suite: str | None, acknowledged: Path) -> tuple[SuiteHistory, ...]:
    """The history of every suite in this folder, or of one.

    Raises
    ------
    BenchError
        There is no run, or none of this suite.
    """
    folders = [folder for folder in list_runs(runs) if (folder / "run.json").exists()]
    read = [read_run(folder, with_details=False) for folder in folders]
    suites = sorted({run.summary.suite for run in read})
    if not suites:
        raise BenchError(
            f"{runs}: holds no run; `threatbench run` makes one, --runs names a folder"
        )
    if suite is not None and suite not in suites:
        raise BenchError(unknown("suite", suite, suites))
    entries = read_acknowledged(acknowledged)
    return tuple(
        _suite_history(name, [run for run in read if run.summary.suite == name], entries)
        for name in suites
        if suite in (None, name)
    )


def acknowledge(
    history: Sequence[SuiteHistory], name: str, *, reason: str, path: Path
) -> tuple[Acknowledgement, ...]:
    """Accept the step of this id, or all that changed with the run of this name.

    That is what the night itself confirmed, so that nobody waits for the nights that make a step,
    and the steps that began there.

    Raises
    ------
    BenchError
        No step has this id and nothing changed with a run of this name, or no reason is given.
    """
    steps = [step for one in history for step in one.steps]
    chosen = [step for step in steps if name in (step.step_id, step.run.name)]
    runs = [run for one in history for run in one.runs if run.name == name]
    entries = [
        *(step.acknowledgement(reason) for step in chosen),
        *(entry for run in runs for entry in _confirmed(run, reason, path)),
    ]
    if not entries:
        known = [step.step_id for step in steps]
        raise BenchError(unknown("change", name, known) if known else "no change to acknowledge")
    if not reason.strip():
        raise BenchError("--acknowledge: say why with --reason TEXT")
    add_acknowledged(path, entries)
    return tuple(dict.fromkeys(entries))


def history_text(history: Sequence[SuiteHistory]) -> str:
    """A table of runs and a table of steps for every suite."""
    width = max(Console().width, WIDTH)
    tables = [
        table_text(table, width=width)
        for one in history
        for table in (
            runs_table(one.suite, one.runs),
            steps_table(one.suite, one.steps, commits=_commit_count),
        )
        if table.rows
    ]
    return "\n\n".join(tables)


def history_page(history: Sequence[SuiteHistory], path: Path) -> Path:
    """The same as a page, with trends."""
    found = {one.suite: (one.runs, one.steps) for one in history}
    return write_history(found, path, commits=commits_between)


def history_json(history: Sequence[SuiteHistory]) -> list[dict[str, object]]:
    """The same for a program."""
    return [
        {
            "suite": one.suite,
            "runs": [run.summary.model_dump(mode="json") | {"path": str(run.path)}
                     for run in one.runs],
            "steps": [_step_json(step) for step in one.steps],
        }
        for one in history
    ]  # fmt: skip


def _confirmed(run: Run, reason: str, path: Path) -> Iterator[Acknowledgement]:
    """What this run has confirmed to be other than the nights before it."""
    judgement = judge_night(run, restarts=restarts(read_acknowledged(path)))
    for shift in (*judgement.regressions, *judgement.improvements):
        yield Acknowledgement(
            case=shift.record.case_id, measure=shift.measure.key, run=run.name, reason=reason
        )


def _suite_history(
    suite: str, runs: Sequence[Run], entries: Sequence[Acknowledgement]
) -> SuiteHistory:
    ended = [run for run in runs if run.summary.status == "done"]
    return SuiteHistory(suite=suite, runs=tuple(runs), steps=find_steps(ended, entries))


def _commit_count(before: str, after: str) -> tuple[str, ...]:
    """How many commits there are between, for a table that has no room for their names."""
    found = len(commits_between(before, after))
    return (f"{found} commits",) if found else ()


def _step_json(step: Step) -> dict[str, object]:
    before, after = step.commits
    return {
        "id": step.step_id,
        "case_id": step.record.case_id,
        "measure": step.measure.key,
        "word": step.word,
        "before": step.before,
        "now": step.now,
        "last_before": step.last_before.name,
        "run": step.run.name,
        "commits": {"before": before, "after": after, "between": commits_between(before, after)},
        "reason": step.reason,
    }
