"""The stack of each task and split: the best models, and one more on their predictions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bench.case import Case
from bench.case_record import STACK, unrun_record
from bench.choose import best_models, of_split
from bench.desk import Desk
from bench.orders import Outcome
from bench.suite import Suite
from reports.records import Reason, Record

UNLIKE_ROWS: Final = (
    "an ensemble needs all members' predictions of the same flows, and here each has its own rows"
)


@dataclass(frozen=True, kw_only=True)
class StackPlan:
    """Who is to be stacked, best first."""

    case: Case
    members: tuple[str, ...]
    is_of_fewer_rows: bool

    @property
    def member_cases(self) -> list[Case]:
        """The members' own cases."""
        return [self.case.model_copy(update={"model": model}) for model in self.members]


def stack_cases(suite: Suite) -> list[Case]:
    """The stacks that a suite asks for: one for each task, chosen split and seed, or none."""
    return [
        Case(task=task, split=split, model=STACK, seed=seed)
        for task in suite.tasks
        for split in suite.chosen_splits
        for seed in suite.model_seeds
        if suite.stack
    ]


def stack_records(desk: Desk, records: Sequence[Record]) -> Iterator[Record]:
    """A record for every stack; one that cannot be made is ``skipped``, with the reason."""
    suite = desk.suite
    plans = [plan_of(case, records, suite, size=suite.stack) for case in stack_cases(suite)]
    faults = missing_members(plans, desk)
    if desk.suite.choose_on == "test":
        faults |= _fold_faults(desk, [plan for plan in plans if plan.case not in faults])
    for plan in plans:
        if plan.case in faults:
            yield unrun_record(
                plan.case,
                desk.suite,
                status="skipped",
                reason=faults[plan.case],
                members=plan.members,
            )
    yield from _stacked(desk, [plan for plan in plans if plan.case not in faults])


def plan_of(case: Case, records: Sequence[Record], suite: Suite, *, size: int) -> StackPlan:
    """An ensemble of the best models of the case's task and split, at most so many."""
    here = of_split(records, case.task, case.split, seed=case.seed)
    members = tuple(best_models(here, suite)[:size])
    grains = {record.grain for record in here if record.model in members}
    return StackPlan(case=case, members=members, is_of_fewer_rows="rows" in grains)


def missing_members(plans: Sequence[StackPlan], desk: Desk) -> dict[Case, Reason]:
    """Why there is no ensemble of fewer than two members, or of members that saw unlike rows."""
    few = "fewer than two models ended well, so there is nothing to put together"
    faults = {
        plan.case: Reason(kind="too_few_models", message=few)
        for plan in plans
        if len(plan.members) < 2
    }
    unlike = Reason(kind="unlike_rows", message=UNLIKE_ROWS)
    return faults | {plan.case: unlike for plan in plans if plan.case.key in desk.rows}


def _fold_faults(desk: Desk, plans: Sequence[StackPlan]) -> dict[Case, Reason]:
    """Predict the members' folds, which choosing on the test part has not needed so far."""
    of_case = {case.case_id: plan for plan in plans for case in plan.member_cases}
    orders = [
        order for plan in plans for case in plan.member_cases for order in desk.fold_orders(case)
    ]
    return {
        of_case[outcome.case_id].case: _fold_fault(outcome)
        for outcome in desk.send(orders)
        if outcome.status != "done"
    }


def _fold_fault(outcome: Outcome) -> Reason:
    why = outcome.reason.message if outcome.reason else outcome.status
    message = f"member {outcome.case_id} failed without fold {outcome.fold}: {why}"
    return Reason(kind="member_failed", message=message)


def _stacked(desk: Desk, plans: Sequence[StackPlan]) -> Iterator[Record]:
    """The stacks that can be made; one on members that saw fewer rows has their grain."""
    of_case = {plan.case.case_id: plan for plan in plans}
    orders = [desk.order("stack", plan.case, members=plan.members) for plan in plans]
    for outcome in desk.send(orders):
        plan = of_case[outcome.case_id]
        record = desk.record(plan.case, [outcome], members=plan.members)
        yield record.model_copy(update={"grain": "rows"}) if plan.is_of_fewer_rows else record
