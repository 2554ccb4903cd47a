"""The cases of a run: orders sent out, outcomes gathered to records as they come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from bench.case import Case
from bench.case_record import unrun_record
from bench.desk import Desk
from bench.orders import Order, Outcome
from pipeline.zoo import find_model
from reports.records import Record


def zoo_records(desk: Desk) -> Iterator[Record]:
    """A record for every case of the suite, as its last piece ends.

    The controls go first, since a first line is there at once; then the models that afford fewest
    rows, so that a slow one does not start when all others are done.
    """
    counted = [case for case in desk.suite.cases if desk.is_counted(case)]
    for case in counted:
        if reason := desk.refusal(case):
            yield unrun_record(case, desk.suite, status="skipped", reason=reason)
    cases = sorted((case for case in counted if not desk.refusal(case)), key=_turn)
    orders = {case: case_orders(desk, case) for case in cases}
    of_case = {case.case_id: case for case in cases}
    ended: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in desk.send([order for pieces in orders.values() for order in pieces]):
        case = of_case[outcome.case_id]
        ended[case.case_id].append(outcome)
        if len(ended[case.case_id]) == len(orders[case]):
            yield desk.record(case, ended.pop(case.case_id))


def case_orders(desk: Desk, case: Case) -> list[Order]:
    """The fit and, where models are chosen by them and this one can be, the folds."""
    suite = desk.suite
    is_validated = (
        suite.choose_on == "cv"
        and case.split in suite.chosen_splits
        and find_model(case.model).role == "model"
    )
    folds = desk.fold_orders(case) if is_validated else []
    return [desk.order("fit", case), *folds]


def _turn(case: Case) -> tuple[bool, int]:
    model = find_model(case.model)
    return model.role == "model", model.affords_distinct_rows
