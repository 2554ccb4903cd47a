"""The cases of a run: orders sent out, outcomes gathered to records as they come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from typing import Final

from bench.case import Case
from bench.case_record import unrun_record
from bench.desk import Desk
from bench.orders import Order, Outcome
from bench.planning.fits import fit_seconds
from pipeline.model import MEASURED_CLASSES
from pipeline.zoo import find_model
from reports.records import Reason, Record

NO_ROWS: Final = 'it is fitted on rows where they lie; choose grain = "rows", or leave it out'


def zoo_records(desk: Desk) -> Iterator[Record]:
    """A record for every case of the suite, as its last piece ends.

    The controls go first, so that a first line is there at once; then the models whose fits take
    longest, so that none of them starts when all others are done.
    """
    counted = [case for case in desk.suite.cases if desk.is_counted(case)]
    for case in counted:
        if reason := desk.refusal(case):
            yield unrun_record(case, desk.suite, status="skipped", reason=reason)
    cases = sorted((case for case in counted if not desk.refusal(case)), key=partial(_turn, desk))
    orders = {case: case_orders(desk, case) for case in cases}
    of_case = {case.case_id: case for case in cases}
    ended: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in desk.send([order for pieces in orders.values() for order in pieces]):
        case = of_case[outcome.case_id]
        ended[case.case_id].append(outcome)
        if len(ended[case.case_id]) == len(orders[case]):
            yield desk.record(case, ended.pop(case.case_id))


def misplaced_records(desk: Desk) -> Iterator[Record]:
    """A record for every distributed model where flows are counted: it cannot be fitted there."""
    reason = Reason(kind="needs_rows", message=NO_ROWS)
    for case in desk.suite.cases:
        if find_model(case.model).is_distributed and case.key not in desk.rows:
            yield unrun_record(case, desk.suite, status="skipped", reason=reason)


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


def _turn(desk: Desk, case: Case) -> tuple[bool, float]:
    """Controls first, then by the seconds that a fit on the rows given to it is known to take."""
    model = find_model(case.model)
    budget = desk.suite.budgets.get(
        case.model, int(model.affords_distinct_rows * desk.suite.effort)
    )
    grain = desk.grains.get(case.key)
    rows = min(budget, grain.distinct_rows) if grain else budget
    return model.role == "model", -fit_seconds(case.model, rows=rows, classes=MEASURED_CLASSES)
