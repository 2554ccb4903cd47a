"""Cases on the rows grain: local fits, the cluster's own fits, every test row predicted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from distributed import Client

from bench.bundle import save_codes
from bench.case import Case
from bench.case_record import case_record
from bench.cases import case_orders
from bench.desk import Desk
from bench.orders import Order, Outcome
from bench.rows.budget import row_budget, rows_why
from bench.rows.fits import CLUSTER_FITS, ClusterFit, ClusterModel
from bench.rows.guard import Guarded, guarded
from bench.rows.jobs import MODEL_SUFFIX
from bench.rows.scored import scored
from bench.watch import Watch
from pipeline.rows.predict import RowAnswers, answers_to_test
from pipeline.rows.stored import store_model
from pipeline.zoo import find_model
from reports.records import Record

ROWS_ENTER: Final = "a row is a row; features are standardised by all training rows"


def row_records(desk: Desk, client: Client) -> Iterator[Record]:
    """A record for every case of the suite whose flows are taken as rows.

    Models of one process are fitted first, side by side; what every worker is needed for, fits by
    all of them and predictions of every test row, follows one by one.
    """
    cases = [case for case in desk.suite.cases if case.key in desk.rows]
    local = [case for case in cases if not find_model(case.model).is_distributed]
    ended = {}
    for case, outcomes in _local_outcomes(desk, local):
        if _needs_test(case, outcomes):
            ended[case] = outcomes
        else:
            yield _record(desk, case, outcomes)
    for case in (case for case in cases if case in ended or case not in local):
        outcomes = ended.get(case) or [_cluster_fit(desk, client, case)]
        yield _record(desk, case, _tested(desk, client, case, outcomes))


def _local_outcomes(desk: Desk, cases: list[Case]) -> Iterator[tuple[Case, list[Outcome]]]:
    orders = {case: case_orders(desk, case) for case in cases}
    of_case = {case.case_id: case for case in cases}
    ended: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in desk.send([order for pieces in orders.values() for order in pieces]):
        case = of_case[outcome.case_id]
        ended[case.case_id].append(outcome)
        if len(ended[case.case_id]) == len(orders[case]):
            yield case, ended.pop(case.case_id)


def _needs_test(case: Case, outcomes: list[Outcome]) -> bool:
    fit = next(outcome for outcome in outcomes if outcome.fold is None)
    return fit.status == "done" and find_model(case.model).affords_test_rows is None


def _cluster_fit(desk: Desk, client: Client, case: Case) -> Outcome:
    plan, suite, model = desk.rows[case.key], desk.suite, find_model(case.model)
    given = suite.budgets.get(case.model)
    features, classes = len(plan.source.features), len(plan.source.labels)
    wanted = ClusterFit(
        client=client,
        model=model.build(case.seed, suite.params.get(case.model)),
        plan=plan,
        budget=row_budget(
            model, given=given, effort=suite.effort, features=features, classes=classes
        ),
        seed=case.seed,
    )
    order = desk.order("fit", case)

    def found(fitted: ClusterModel) -> dict[str, Any]:
        used, asked = fitted.rows_used, fitted.rows_asked
        return {
            "model_bytes": store_model(fitted.model, _model_path(desk, order)),
            "rows_asked": asked,
            "rows_used": used,
            "rows_why": rows_why(used, asked, given=given, features=features),
        }

    return _kept(desk, order, client, partial(CLUSTER_FITS[case.model], wanted), found, "fit")


def _tested(desk: Desk, client: Client, case: Case, outcomes: list[Outcome]) -> list[Outcome]:
    """The outcomes, with the scores of every test row in that of the fit."""
    fit = next(outcome for outcome in outcomes if outcome.fold is None)
    if fit.status != "done":
        return outcomes
    plan = desk.rows[case.key]
    path = _model_path(desk, desk.order("fit", case))
    order = desk.order("test", case)

    def found(answers: RowAnswers) -> dict[str, Any]:
        save_codes(desk.answers_path(case), answers.codes)
        return scored(answers.confusion, plan.source.labels, seed=case.seed)

    test = _kept(desk, order, client, partial(answers_to_test, plan.source, path), found, "predict")
    return [_merged(fit, test), *(outcome for outcome in outcomes if outcome is not fit)]


def _kept(desk: Desk, order: Order, client: Client, work: Any, found: Any, stage: str) -> Outcome:  # noqa: ANN401
    """The outcome of the cluster's work, or the one that an earlier start of the run has left."""
    if order.unit in desk.ended.outcomes:
        return desk.ended.outcomes[order.unit]
    watch, started = Watch(), datetime.now(UTC)
    with watch.stage(stage):
        done = guarded(client, work, order.limits)
    outcome = Outcome(
        unit=order.unit,
        case_id=order.case.case_id,
        started=started,
        seconds=watch.seconds,
        worker="all",
        **_guarded_fields(done),
        **(found(done.found) if done.status == "done" else {}),
    )
    desk.ended.keep(order, outcome)
    return outcome


def _guarded_fields(done: Guarded[Any]) -> dict[str, Any]:
    return {
        "status": done.status,
        "reason": done.reason,
        "log_tail": done.log_tail,
        "peak_memory_bytes": done.peak_memory_bytes,
    }


def _merged(fit: Outcome, test: Outcome) -> Outcome:
    """The fit's outcome with what the test came to, also where that failed."""
    fields = {"status", "reason", "scores", "per_class", "confusion", "rows_tested"}
    seconds = fit.seconds | test.seconds
    speed = (test.rows_tested or 0) / max(seconds["predict"], 1e-9)
    peaks = [one.peak_memory_bytes or 0 for one in (fit, test)]
    return fit.model_copy(
        update={name: getattr(test, name) for name in fields}
        | {"log_tail": (*fit.log_tail, *test.log_tail), "seconds": seconds}
        | {"predict_rows_per_second": speed or None, "peak_memory_bytes": max(peaks)}
    )


def _record(desk: Desk, case: Case, outcomes: list[Outcome]) -> Record:
    record = case_record(case, desk.suite, outcomes)
    entered = find_model(case.model).counts_enter
    is_distributed = find_model(case.model).is_distributed
    enter = entered if is_distributed else ROWS_ENTER
    return record.model_copy(update={"grain": "rows", "counts_enter": enter})


def _model_path(desk: Desk, order: Order) -> Path:
    return desk.work / f"{order.unit}{MODEL_SUFFIX}"
