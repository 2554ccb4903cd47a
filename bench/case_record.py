"""From outcomes to the record of their case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

from bench.case import Case
from bench.orders import Outcome
from bench.suite import Suite
from pipeline.zoo import find_model
from reports.records import CrossValidation, Grain, Reason, Record, Status

STACK: Final = "stack"
VOTE: Final = "vote"
ENSEMBLE_COUNTS: Final = {
    STACK: "the count is the weight of the members' out-of-fold predictions",
    VOTE: "the counts enter the members' fits; the vote itself fits nothing",
}
_SHARED: Final = (Record.model_fields.keys() & Outcome.model_fields.keys()) - {"status", "reason"}


def case_record(
    case: Case,
    suite: Suite,
    outcomes: Sequence[Outcome],
    *,
    members: Sequence[str] = (),
    bins: int | None = None,
) -> Record:
    """The record of a case whose pieces have all ended.

    Scores and costs are those of the fit on the whole training part; the first piece that did not
    end well gives the status and the reason. ``bins`` is how many bins a feature was cut into at
    most, if any was.
    """
    fit = next(outcome for outcome in outcomes if outcome.fold is None)
    faulty = [outcome for outcome in outcomes if outcome.status != "done"]
    worst = faulty[0] if faulty else fit
    return Record(
        **_identity(case, suite),
        **{name: getattr(fit, name) for name in _SHARED - {"case_id", "log_tail"}},
        status=worst.status,
        reason=_placed(worst),
        log_tail=worst.log_tail,
        members=tuple(members),
        cross_validation=_cross_validation(outcomes, suite),
        grain=_grain(fit, bins),
        bins=bins,
    )


def unrun_record(
    case: Case, suite: Suite, *, status: Status, reason: Reason, members: Sequence[str] = ()
) -> Record:
    """The record of a case that never ran."""
    identity = _identity(case, suite)
    return Record(**identity, status=status, reason=reason, members=tuple(members))


def _identity(case: Case, suite: Suite) -> dict[str, Any]:
    return {
        "case_id": case.case_id,
        "model": case.model,
        "role": _role(case),
        "task": case.task,
        "split": case.split,
        "seed": case.seed,
        "params": suite.params.get(case.model, {}),
        "counts_enter": ENSEMBLE_COUNTS.get(case.model) or find_model(case.model).counts_enter,
    }


def _role(case: Case) -> Literal["model", "control", "stack"] | str:
    return "stack" if case.model in ENSEMBLE_COUNTS else find_model(case.model).role


def _grain(fit: Outcome, bins: int | None) -> Grain:
    if fit.rows_used != fit.rows_asked:
        return "rows"
    return "exact" if bins is None else "binned"


def _placed(outcome: Outcome) -> Reason | None:
    if outcome.reason is None or outcome.fold is None:
        return outcome.reason
    message = f"fold {outcome.fold}: {outcome.reason.message}"
    return Reason(kind=outcome.reason.kind, message=message)


def _cross_validation(outcomes: Sequence[Outcome], suite: Suite) -> CrossValidation | None:
    folds = sorted(
        (outcome.fold, outcome.fold_scores[suite.choose_by])
        for outcome in outcomes
        if outcome.fold is not None and outcome.status == "done"
    )
    if not folds or len(folds) < suite.folds:
        return None
    scores = tuple(score for _, score in folds)
    return CrossValidation(metric=suite.choose_by, folds=scores, mean=sum(scores) / len(scores))
