"""A night: run the suite, judge it against the nights before, tell, and clear away old runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.failures import DONE, FAILED
from bench.one_night import one_night
from bench.places import Places
from bench.reruns import RERUNS
from bench.retire import retire_runs
from bench.suite_file import load_suite
from bench.tell import tell_command, tell_webhook
from bench.verbs import run, run_status
from reports.acknowledged import read_acknowledged, restarts
from reports.index import write_index
from reports.judgement import Judgement, compare_runs, judge_night
from reports.judgement_text import judgement_json, summary_paragraph
from reports.run import Run, read_run
from reports.store import write_text


@dataclass(frozen=True, kw_only=True)
class Orders:
    """What to do with a night beside running it.

    ``command`` and ``webhook`` are told where something regressed or failed. All runs are kept
    unless ``keep`` says how many.
    """

    command: str = ""
    webhook: str = ""
    keep: int | None = None


@dataclass(frozen=True, kw_only=True)
class Night:
    """How it went: the judgements, the summary in Markdown, what could not be told, the status."""

    run: Run
    judgements: tuple[Judgement, ...]
    summary: str
    faults: tuple[str, ...]
    removed: tuple[Path, ...]
    status: int

    def to_json(self) -> dict[str, object]:
        """All of it for a program."""
        return {
            "path": str(self.run.path),
            "status": self.status,
            "summary": self.summary,
            "judgements": [judgement_json(one) for one in self.judgements],
            "faults": self.faults,
            "removed": [str(path) for path in self.removed],
        }


def run_night(suite: str, *, overrides: Sequence[str], places: Places, orders: Orders) -> Night:
    """One night from start to end; only one of a suite goes on at a time.

    What looks changed is run again, also where the suite does not ask for it: nothing else could
    confirm it.

    Raises
    ------
    BenchError
        Another night is under way, or the suite cannot be run.
    """
    baseline = read_run(places.baseline) if places.baseline else None
    known = load_suite(suite, overrides=overrides)
    reruns = [] if known.reruns else [f"reruns={RERUNS}"]
    with one_night(places.runs, known.name):
        with _break_off_told(known.name, orders):
            finished = run(suite, overrides=[*overrides, *reruns], places=places, resume=None)
        judgements = _judgements(finished, baseline, places)
        summary = "\n\n".join(map(summary_paragraph, judgements))
        write_text(finished.path / "summary.md", summary + "\n")
        is_bad = run_status(finished) == FAILED or any(one.regressions for one in judgements)
        faults = _told(orders, summary, run=finished, judgements=judgements) if is_bad else []
        removed = _retired(finished, known.name, places, orders)
    return Night(
        run=finished,
        judgements=judgements,
        summary=summary,
        faults=tuple(faults),
        removed=tuple(removed),
        status=FAILED if is_bad or faults else DONE,
    )


def _judgements(finished: Run, baseline: Run | None, places: Places) -> tuple[Judgement, ...]:
    known = restarts(read_acknowledged(places.acknowledged))
    tonight = judge_night(finished, restarts=known)
    return (tonight, compare_runs(baseline, finished)) if baseline else (tonight,)


@contextmanager
def _break_off_told(suite: str, orders: Orders) -> Iterator[None]:
    """Tell of a night that breaks off before it can be judged, and let the error rise."""
    try:
        yield
    except BaseException as error:
        why = str(error) or type(error).__name__
        for fault in _told(orders, f"✖ Broken off: a night of {suite}. {why}"):
            error.add_note(fault)
        raise


def _told(
    orders: Orders,
    summary: str,
    *,
    run: Run | None = None,
    judgements: Sequence[Judgement] = (),
) -> list[str]:
    """Give the summary to whom it is to be given; what could not be told."""
    faults, path = [], str(run.path) if run else ""
    if orders.command:
        faults.append(tell_command(orders.command, summary + "\n", run=path))
    if orders.webhook:
        content = {
            "text": summary,
            "path": path,
            "judgements": [judgement_json(one) for one in judgements],
        }
        faults.append(tell_webhook(orders.webhook, content))
    return [fault for fault in faults if fault]


def _retired(finished: Run, name: str, places: Places, orders: Orders) -> list[Path]:
    if orders.keep is None:
        return []
    spare = {entry.run for entry in read_acknowledged(places.acknowledged)}
    spare |= {finished.path.name} | ({places.baseline.name} if places.baseline else set())
    removed = retire_runs(places.runs, suite=name, keep=orders.keep, spare=spare)
    write_index(places.runs)
    return removed
