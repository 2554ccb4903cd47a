"""Scope: how much there is to do, whatever does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from bench.grains import most_distinct_rows
from bench.rows.budget import row_budget
from bench.suite import Suite
from pipeline.coarseness import GRAINS
from pipeline.dataset import load_dataset
from pipeline.taxonomy import class_of
from pipeline.zoo import find_model

Key = tuple[str, str]
"""A task and a split."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What a suite has to do on its flows.

    Attributes
    ----------
    rows, used_rows
        All flows, and the complete ones that carry a label the suite asks for.
    files, features
        Partitions, and columns of the data.
    rows_to_write, rows_to_ingest
        Flows of the embedded set that are not there yet, and of files that no store holds yet.
    is_counted
        Whether an earlier run has left the counted flows in the store.
    distinct_rows
        By task and split, as an earlier run has found them; what is missing is taken to be as many
        as the suite counts at most.
    fit_factors
        By model, fit seconds of an earlier run over those expected here; 1.0 for what is missing.
    machine
        How many times the reference's seconds this machine takes.
    """

    suite: Suite
    rows: int
    used_rows: int
    files: int
    features: int = 46
    rows_to_write: int = 0
    rows_to_ingest: int = 0
    is_counted: bool = False
    distinct_rows: Mapping[Key, int] = field(default_factory=dict)
    fit_factors: Mapping[str, float] = field(default_factory=dict)
    machine: float = 1.0

    @property
    def keys(self) -> tuple[Key, ...]:
        """Every task on every split."""
        return tuple((task, split) for task in self.suite.tasks for split in self.suite.splits)

    @property
    def counts_flows(self) -> bool:
        """Whether flows are counted, or taken as rows."""
        return GRAINS[self.suite.grain].counts_flows

    @property
    def test_rows(self) -> int:
        """Flows held out by one split."""
        return int(self.suite.test_size * self.used_rows)

    @property
    def most_distinct_rows(self) -> int:
        """Of any task and split."""
        return max((self.distinct(key) for key in self.keys), default=0)

    def distinct(self, key: Key) -> int:
        """How many distinct rows of the task and split are counted."""
        return self.distinct_rows.get(key, min(self.used_rows, most_distinct_rows(self.suite)))

    def classes(self, task: str) -> int:
        """How many classes the task tells apart at most."""
        return _classes(self.suite.profile, task)

    def fitted_rows(self, model: str, key: Key) -> int:
        """On how many distinct rows (in the rows grain: rows) one fit of the model is."""
        train = 1.0 - self.suite.test_size
        if not self.counts_flows:
            return min(int(train * self.used_rows), self._row_budget(model, key))
        entry, given = find_model(model), self.suite.budgets.get(model)
        afforded = int(entry.affords(classes=self.classes(key[0])) * self.suite.effort)
        return min(int(train * self.distinct(key)) + 1, afforded if given is None else given)

    def _row_budget(self, model: str, key: Key) -> int:
        return row_budget(
            find_model(model),
            given=self.suite.budgets.get(model),
            effort=self.suite.effort,
            features=min(self.suite.features, self.features),
            classes=self.classes(key[0]),
        )


@lru_cache
def _classes(profile: str, task: str) -> int:
    dataset = load_dataset(profile)
    return len({class_of(label, task=task, dataset=dataset) for label in dataset.families})
