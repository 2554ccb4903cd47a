"""The earlier runs that a run is seen against."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reports.run import Run, list_runs, read_run
from reports.verdict import Verdict, judge

RUNS_LOOKED_BACK: Final = 30


@dataclass(frozen=True, kw_only=True)
class Report:
    """One run and the earlier runs of its suite, earliest first."""

    run: Run
    earlier: tuple[Run, ...] = ()

    @property
    def verdict(self) -> Verdict | None:
        """Against the last earlier run that is like it; else against the last, saying why not."""
        verdicts = [judge(self.run, baseline=before) for before in reversed(self.earlier)]
        like = (verdict for verdict in verdicts if verdict.word != "incomparable")
        return next(like, verdicts[0] if verdicts else None)


def read_report(path: Path) -> Report:
    """The run in this folder, and up to thirty finished runs of its suite beside it."""
    run = read_run(path)
    folders = list_runs(path.parent, suite=run.summary.suite or None)
    places = [folder.name for folder in folders]
    before = folders[: places.index(path.name)] if path.name in places else ()
    earlier = (read_run(folder, with_details=False) for folder in before[-RUNS_LOOKED_BACK:])
    return Report(run=run, earlier=tuple(run for run in earlier if run.records))
