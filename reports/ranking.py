"""Who is ahead: the cases of one task and split ordered by score, and who can be told apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import hypot
from statistics import median
from typing import Final

from reports.comparison import Comparison
from reports.records import Record
from reports.run import Run

TASK_ORDER: Final = ("attack", "family", "binary")
SPLIT_ORDER: Final = ("random", "distinct", "by_file", "deduplicated")


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A score with its interval; ``low`` and ``high`` equal the value where there is none."""

    value: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Half of the interval."""
        return (self.high - self.low) / 2

    @property
    def has_interval(self) -> bool:
        """Whether anything is known about its uncertainty."""
        return self.high > self.low


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One case that ended well, under the name that tells it from the others of its table."""

    name: str
    record: Record
    estimate: Estimate


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """The cases of one task and split, best first; the controls apart.

    ``comparison`` holds the paired tests of its models, where the run has made them.
    """

    task: str
    split: str
    metric: str
    entries: tuple[Entry, ...]
    controls: tuple[Entry, ...]
    comparison: Comparison | None = None

    @property
    def title(self) -> str:
        """Task and split, as a heading."""
        return f"{self.task} · {self.split}"

    @property
    def all(self) -> tuple[Entry, ...]:
        """The models, then the controls."""
        return self.entries + self.controls


def rank(run: Run) -> tuple[Ranking, ...]:
    """One ranking for every task and split that has a scored case, in reading order."""
    tested = {(test.task, test.split, test.metric): test for test in run.summary.comparisons}
    rankings = rank_records(run.records, run.summary.metric)
    return tuple(
        replace(one, comparison=tested.get((one.task, one.split, one.metric))) for one in rankings
    )


def rank_records(records: Iterable[Record], metric: str) -> tuple[Ranking, ...]:
    """The same of records that belong to no run folder yet."""
    done = [record for record in records if estimate(record, metric)]
    keys = sorted({(record.task, record.split) for record in done}, key=_reading_order)
    return tuple(
        _ranking(
            [record for record in done if (record.task, record.split) == (task, split)],
            task=task,
            split=split,
            metric=metric,
        )
        for task, split in keys
    )


def estimate(record: Record, metric: str) -> Estimate | None:
    """The record's score with its interval: as recorded, or Wilson's for an accuracy."""
    score = record.scores.get(metric)
    if record.status != "done" or score is None or score.value is None:
        return None
    if score.low is not None and score.high is not None:
        return Estimate(value=score.value, low=score.low, high=score.high)
    if metric == "accuracy" and (record.rows_tested or 0) > 0 and 0 <= score.value <= 1:
        low, high = wilson(score.value, record.rows_tested or 0)
        return Estimate(value=score.value, low=low, high=high)
    return Estimate(value=score.value, low=score.value, high=score.value)


def wilson(share: float, trials: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share of so many trials.

    >>> [round(end, 4) for end in wilson(0.5, 100)]
    [0.4038, 0.5962]
    """
    from scipy.stats import binomtest  # here since it is slow to import, and runs record intervals

    hits = round(share * trials)
    # The test against the share itself costs nothing, and the interval is the same.
    interval = binomtest(hits, trials, hits / trials).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)


def are_apart(first: Estimate, second: Estimate) -> bool:
    """Whether two scores differ by more than chance in the test flows explains."""
    return abs(first.value - second.value) > hypot(first.half_width, second.half_width)


def leading_field(ranking: Ranking) -> tuple[Entry, ...]:
    """The models near enough to the best to share a scale with it, the last ones left out.

    One model far behind would press all others together: the field ends at four times the
    distance from the best to the middle one.
    """
    if not ranking.entries:
        return ()
    best = ranking.entries[0].estimate.value
    reach = 4 * abs(best - median(entry.estimate.value for entry in ranking.entries))
    return tuple(
        entry for entry in ranking.entries if abs(best - entry.estimate.value) <= reach or not reach
    )


def is_higher_better(records: Iterable[Record], metric: str) -> bool:
    """Whether more of the metric is better, as the first record that has it says."""
    known = (record.scores[metric].better for record in records if metric in record.scores)
    return next(known, "higher") == "higher"


def _reading_order(key: tuple[str, str]) -> tuple[int, int, str, str]:
    task, split = key
    return _place(task, TASK_ORDER), _place(split, SPLIT_ORDER), task, split


def _place(word: str, order: tuple[str, ...]) -> int:
    return order.index(word) if word in order else len(order)


def _ranking(records: Iterable[Record], *, task: str, split: str, metric: str) -> Ranking:
    records = list(records)
    seeds = {record.seed for record in records}
    entries = [
        Entry(name=_name(record, is_one_of_many=len(seeds) > 1), record=record, estimate=known)
        for record in records
        if (known := estimate(record, metric))
    ]
    # Equal scores stand in the order of their names, so that two reports of one run are equal.
    sign = -1 if is_higher_better(records, metric) else 1
    entries.sort(key=lambda entry: (sign * entry.estimate.value, entry.name))
    return Ranking(
        task=task,
        split=split,
        metric=metric,
        entries=tuple(entry for entry in entries if entry.record.role != "control"),
        controls=tuple(entry for entry in entries if entry.record.role == "control"),
    )


def _name(record: Record, *, is_one_of_many: bool) -> str:
    return f"{record.model} #{record.seed}" if is_one_of_many else record.model
