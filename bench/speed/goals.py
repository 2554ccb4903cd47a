"""GOALS: what the suite is to reach, one entry each; ratios where there is something beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Goal:
    """A figure and the bound it is held against; ``unit`` is empty for a ratio."""

    name: str
    says: str
    at_most: float | None = None
    at_least: float | None = None
    unit: str = ""

    def is_met(self, value: float) -> bool:
        """Whether the figure keeps its bound.

        >>> Goal(name="x", says="", at_least=2.0).is_met(1.5)
        False
        """
        low = -float("inf") if self.at_least is None else self.at_least
        high = float("inf") if self.at_most is None else self.at_most
        return low <= value <= high


_GOALS: Final = (
    Goal(name="plain_speedup", says="plain script / notebook suite, cold, 173,777 DDoS rows",
         at_least=50.0),
    Goal(name="zoo_173777", says="zoo of 12, 5 folds, stack: CSV to leaderboard, 173,777 rows",
         at_most=25.0, unit="s"),
    Goal(name="first_row_173777", says="first row of the leaderboard on screen, 173,777 rows",
         at_most=8.0, unit="s"),
    Goal(name="zoo_1000000", says="zoo of 12, 5 folds, stack: CSV to leaderboard, 1,000,000 rows",
         at_most=40.0, unit="s"),
    Goal(name="ingest_to_parse", at_most=2.0,
         says="ingest / parsing the same files in two processes, files on disk"),
    Goal(name="cold_to_parse", says="nightly, cold / parsing, files on disk", at_most=5.0),
    Goal(name="warm_to_parse", says="nightly, store present / parsing, files on disk",
         at_most=1.5),
    Goal(name="ingest_to_parse_cached", says="ingest / parsing, files in memory", at_most=2.0),
    Goal(name="cold_to_parse_cached", says="nightly, cold / parsing, files in memory",
         at_most=5.0),
    Goal(name="warm_to_parse_cached", says="nightly, store present / parsing, files in memory",
         at_most=1.5),
    Goal(name="cold_plan", says="nightly, cold: planned and taken, the longer / the shorter",
         at_most=1.5),
    Goal(name="warm_plan", says="nightly, store present: planned and taken", at_most=1.5),
    Goal(name="peak_memory", says="nightly: peak of all processes together", at_most=8.0,
         unit="GiB"),
    Goal(name="memory_growth", says="nightly: peak memory, 10 x the rows / 1 x", at_most=1.2),
    Goal(name="ingest_growth", says="ingest: seconds, 10 x the rows / 1 x", at_most=10.5),
    Goal(name="zoo_growth", says="zoo: seconds, 10 x the rows / 1 x", at_most=1.5),
    Goal(name="rows_hours", says="nightly-all, cold: all features, every test row", at_most=3.0,
         unit="h"),
    Goal(name="rows_plan", says="nightly-all, cold: planned and taken", at_most=1.5),
    Goal(name="rows_memory", says="nightly-all: peak of all processes together", at_most=8.0,
         unit="GiB"),
    Goal(name="zoo_spread", says="zoo on two workers / (sum of fit seconds / 2)", at_most=1.15),
    Goal(name="ingest_speedup", says="ingest: one worker / two workers", at_least=1.8),
    Goal(name="collapse_speedup", says="collapse: one worker / two workers", at_least=1.8),
    Goal(name="empty_case", says="time per empty case", at_most=10.0, unit="ms"),
    Goal(name="oversubscribed", says="1,000 small cases on 16 workers: cases that ended",
         at_least=1_000.0, unit="cases"),
)  # fmt: skip

GOALS: Final[Mapping[str, Goal]] = {goal.name: goal for goal in _GOALS}
