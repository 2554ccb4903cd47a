"""Outcomes of a run that have ended well, kept so that a resumed run does not repeat them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from bench.orders import Order, Outcome
from reports.run import read_run
from reports.store import append_line, cut_half_line


@dataclass(frozen=True, kw_only=True)
class Ended:
    """What has been done already, by unit, and the file that remembers it."""

    path: Path
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    def keep(self, order: Order, outcome: Outcome) -> None:
        """Remember an outcome; one that is not done is tried again by the next run.

        A saved model leaves the work folder, so every run saves it anew.
        """
        if outcome.status == "done" and order.kind != "save":
            append_line(self.path, outcome.model_dump_json(), is_durable=False)


def read_ended(path: Path) -> Ended:
    """What an earlier run has left in this file, which need not be there."""
    cut_half_line(path)
    # A log may hold other line separators than the one that ends an outcome.
    lines = path.read_text("utf-8").split("\n")[:-1] if path.exists() else []
    outcomes = [Outcome.model_validate_json(line) for line in lines]
    return Ended(path=path, outcomes={outcome.unit: outcome for outcome in outcomes})


def done_cases(path: Path) -> frozenset[str]:
    """The cases of the run in this folder whose record says ``done``."""
    records = read_run(path).records
    return frozenset(record.case_id for record in records if record.status == "done")
