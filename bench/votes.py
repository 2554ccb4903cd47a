"""The vote of each task and split: the best models, each with one voice, and nothing fitted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.case import Case
from bench.case_record import VOTE, unrun_record
from bench.desk import Desk
from bench.stacks import StackPlan, missing_members, plan_of
from bench.suite import Suite
from reports.records import Record


def vote_cases(suite: Suite) -> list[Case]:
    """The votes that a suite asks for: one for each task, chosen split and seed, or none."""
    return [
        Case(task=task, split=split, model=VOTE, seed=seed)
        for task in suite.tasks
        for split in suite.chosen_splits
        for seed in suite.model_seeds
        if suite.vote
    ]


def vote_records(desk: Desk, records: Sequence[Record]) -> Iterator[Record]:
    """A record for every vote; one with nobody to vote is ``skipped``, with the reason."""
    plans = [
        plan_of(case, records, desk.suite, size=desk.suite.vote) for case in vote_cases(desk.suite)
    ]
    faults = missing_members(plans, desk)
    for case, reason in faults.items():
        yield unrun_record(case, desk.suite, status="skipped", reason=reason)
    yield from _voted(desk, [plan for plan in plans if plan.case not in faults])


def _voted(desk: Desk, plans: Sequence[StackPlan]) -> Iterator[Record]:
    of_case = {plan.case.case_id: plan for plan in plans}
    orders = [desk.order("vote", plan.case, members=plan.members) for plan in plans]
    for outcome in desk.send(orders):
        plan = of_case[outcome.case_id]
        record = desk.record(plan.case, [outcome], members=plan.members)
        yield record.model_copy(update={"grain": "rows"}) if plan.is_of_fewer_rows else record
