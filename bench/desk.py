"""From cases to orders, and orders out to the cluster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from bench.case import Case
from bench.case_record import ENSEMBLE_COUNTS, case_record
from bench.ended import Ended
from bench.grains import share_words
from bench.orders import ROW_KINDS, Kind, Order, Outcome
from bench.progress import Progress
from bench.rows.plan import RowPlan
from bench.spread import spread
from bench.suite import Suite
from pipeline.dataset import load_dataset
from pipeline.grain import Grain
from pipeline.split import SPLITS
from pipeline.taxonomy import benign_classes
from pipeline.zoo import find_model
from reports.records import Candidate, Reason, Record

Searched = Mapping[tuple[str, str, str], tuple[Candidate, ...]]
"""By task, split and model the candidates of a search, best first."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What every order of a run shares.

    ``bundles`` holds the counted flows of each task and split, ``refusals`` says of some why they
    cannot be used, ``grains`` how finely they were told apart, ``rows`` holds the tasks and splits
    whose flows are taken as rows instead. ``work`` takes predictions, ``ended`` knows what is done
    already, and ``slots`` is how many orders go on at a time.
    ``searched`` holds what a search has tried, best first. ``along`` are orders that later stages
    will send: they go with the next ones, so that workers have something to do beside the longest.
    """

    suite: Suite
    bundles: Mapping[tuple[str, str], Path]
    refusals: Mapping[tuple[str, str], str] = field(default_factory=dict)
    grains: Mapping[tuple[str, str], Grain] = field(default_factory=dict)
    rows: Mapping[tuple[str, str], RowPlan] = field(default_factory=dict)
    work: Path
    ended: Ended
    slots: int
    progress: Progress
    searched: Searched = field(default_factory=dict)
    along: Sequence[Order] = ()

    def order(
        self, kind: Kind, case: Case, *, fold: int | None = None, members: Sequence[str] = ()
    ) -> Order:
        """An order of this run."""
        rows = self.rows.get(case.key)
        return Order(
            kind=ROW_KINDS[kind] if rows else kind,
            case=case,
            fold=fold,
            folds=self.suite.folds,
            params=self._params(case),
            effort=self.suite.effort,
            budget=self.suite.budgets.get(case.model),
            members=tuple(members),
            benign=_benign(self.suite.profile, case.task),
            bundle=str(rows.folder if rows else self.bundles[case.key]),
            results=str(self.work),
            limits=self.suite.limits,
        )

    def answers_path(self, case: Case) -> Path:
        """Where what the case's model said of the test part is kept while the run goes on."""
        return self.work / f"{case.case_id}.npz"

    def is_counted(self, case: Case) -> bool:
        """Whether the case is one of a model, or of several, on counted flows."""
        if case.key in self.rows:
            return False
        return case.model in ENSEMBLE_COUNTS or not find_model(case.model).is_distributed

    def refusal(self, case: Case) -> Reason | None:
        """Why the case cannot be run at all, if it cannot."""
        message = self.refusals.get((case.task, case.split))
        return Reason(kind="nothing_to_learn", message=message) if message else None

    def record(
        self, case: Case, outcomes: Sequence[Outcome], *, members: Sequence[str] = ()
    ) -> Record:
        """The record of a case whose pieces have all ended."""
        grain = self.grains.get((case.task, case.split))
        bins = grain.bins if grain and grain.cut else None
        record = case_record(case, self.suite, outcomes, members=members, bins=bins)
        found = {"params": self._params(case), "search": self._candidates(case)}
        sampled = _sampled(grain, record) if grain else {}
        return record.model_copy(update=found | sampled)

    def fold_orders(self, case: Case) -> list[Order]:
        """One order for each fold."""
        return [self.order("fold", case, fold=fold) for fold in range(self.suite.folds)]

    def send(self, orders: Sequence[Order]) -> Iterator[Outcome]:
        """The outcomes, as they end; first those that are there already.

        Whatever goes along is not among them, but there when it is sent itself.
        """
        known = [order for order in orders if order.unit in self.ended.outcomes]
        asked, along = self._not_known(orders), self._not_known(self.along if orders else ())
        self.progress.expect(len(orders) + len(along), at_once=self.slots)
        for order in known:
            self.progress.advance()
            yield self.ended.outcomes[order.unit]
        for outcome in self._spread(along | asked):
            if outcome.unit in asked:
                yield outcome
            elif outcome.status == "done":
                self.ended.outcomes[outcome.unit] = outcome

    def _not_known(self, orders: Sequence[Order]) -> dict[str, Order]:
        return {order.unit: order for order in orders if order.unit not in self.ended.outcomes}

    def _candidates(self, case: Case) -> tuple[Candidate, ...]:
        return self.searched.get((case.task, case.split, case.model), ())

    def _params(self, case: Case) -> dict[str, Any]:
        """Those that a search has found best, or else the suite's."""
        best = next((one.params for one in self._candidates(case) if one.mean is not None), None)
        return self.suite.params.get(case.model, {}) if best is None else best

    def _spread(self, orders: Mapping[str, Order]) -> Iterator[Outcome]:
        cluster = self.suite.cluster
        outcomes = spread(
            orders.values(), slots=self.slots, wait_seconds=cluster.wait_seconds, cluster=cluster
        )
        for outcome in outcomes:
            self.ended.keep(orders[outcome.unit], outcome)
            self.progress.advance()
            yield outcome


def _sampled(grain: Grain, record: Record) -> dict[str, object]:
    """What a record says otherwise where but a share of the rows was counted."""
    if grain.share >= 1.0:
        return {}
    why = "; ".join(filter(None, (share_words(grain), record.rows_why)))
    asked = grain.train_rows if SPLITS[record.split].marks_rows else record.rows_asked
    return {"grain": "rows", "rows_why": why, "rows_asked": asked}


@lru_cache
def _benign(profile: str, task: str) -> tuple[str, ...]:
    return benign_classes(load_dataset(profile), task=task)
