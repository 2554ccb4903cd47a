"""The earlier runs that a run is seen against."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from reports.acknowledged import Acknowledgement, restarts
from reports.judgement import Judgement, judge_night
from reports.run import Run, list_runs, read_run

RUNS_LOOKED_BACK: Final = 30


@dataclass(frozen=True, kw_only=True)
class Report:
    """One run and the earlier runs of its suite, earliest first."""

    run: Run
    earlier: tuple[Run, ...] = ()

    @cached_property
    def judgement(self) -> Judgement:
        """By the earlier runs that are like it; else why the last one is not like it."""
        known = [Acknowledgement(**entry) for entry in self.run.summary.acknowledged]
        return judge_night(self.run, restarts=restarts(known), earlier=self.earlier)


def read_report(path: Path) -> Report:
    """The run in this folder, and up to thirty runs of its suite beside it that have records."""
    run = read_run(path)
    folders = list_runs(path.parent, suite=run.summary.suite or None)
    places = [folder.name for folder in folders]
    before = folders[: places.index(path.name)] if path.name in places else ()
    earlier = (read_run(folder, with_details=False) for folder in before[-RUNS_LOOKED_BACK:])
    return Report(run=run, earlier=tuple(run for run in earlier if run.records))
