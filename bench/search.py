"""Search: the parameters of a model that score best on the held-out folds of the training part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from bench.case import Case
from bench.desk import Desk, Searched
from bench.orders import Order, Outcome
from bench.search_space import candidates
from bench.suite import Suite
from reports.records import Candidate


def search(desk: Desk) -> Searched:
    """For each task, split and model that is searched, all candidates with their scores.

    Every candidate is fitted without each fold and scored on it, all of them over the cluster, as
    the folds of the zoo are; no test flow is looked at. The best mean wins, of equal ones the
    earlier candidate; one that fails on a fold has no mean.
    """
    cases = [case for case in searched_cases(desk.suite) if not desk.refusal(case)]
    tried = {case: _candidates(desk.suite, case) for case in cases}
    orders = [
        order
        for case, several in tried.items()
        for number, params in enumerate(several)
        for order in _orders(desk, case, number, params)
    ]
    scores = _scores(desk, orders)
    return {
        (case.task, case.split, case.model): _judged(desk.suite, case, several, scores)
        for case, several in tried.items()
    }


def searched_cases(suite: Suite) -> list[Case]:
    """One case for each searched model of the suite on each task and split that has folds."""
    return [
        Case(task=task, split=split, model=model, seed=suite.model_seeds[0])
        for task in suite.tasks
        for split in suite.chosen_splits
        for model in suite.models
        if model in suite.search
    ]


def _candidates(suite: Suite, case: Case) -> list[dict[str, Any]]:
    given = suite.params.get(case.model, {})
    grid = suite.search[case.model]
    drawn = candidates(grid, at_most=suite.search_candidates, seed=suite.seed)
    return [given | params for params in drawn]


def _orders(desk: Desk, case: Case, number: int, params: dict[str, Any]) -> list[Order]:
    return [
        order.model_copy(update={"candidate": number, "params": params})
        for order in desk.fold_orders(case)
    ]


Scores = Mapping[tuple[str, int], Mapping[int, float]]
"""By case and candidate, the score on each fold that ended well."""


def _scores(desk: Desk, orders: Sequence[Order]) -> Scores:
    asked = {order.unit: order for order in orders}
    found: dict[tuple[str, int], dict[int, float]] = defaultdict(dict)
    for outcome in desk.send(orders):
        order = asked[outcome.unit]
        _keep(found[outcome.case_id, order.candidate or 0], outcome, desk.suite.choose_by)
    return found


def _keep(folds: dict[int, float], outcome: Outcome, metric: str) -> None:
    if outcome.status == "done" and outcome.fold is not None:
        folds[outcome.fold] = outcome.fold_scores[metric]


def _judged(
    suite: Suite, case: Case, several: Sequence[dict[str, Any]], scores: Scores
) -> tuple[Candidate, ...]:
    """The candidates, best first; those without a mean last."""
    found = [
        _candidate(params, scores.get((case.case_id, number), {}), suite.folds)
        for number, params in enumerate(several)
    ]
    return tuple(sorted(found, key=lambda one: (one.mean is None, -(one.mean or 0.0))))


def _candidate(params: dict[str, Any], folds: Mapping[int, float], n_folds: int) -> Candidate:
    scores = tuple(folds[fold] for fold in sorted(folds))
    mean = sum(scores) / n_folds if len(scores) == n_folds else None
    return Candidate(params=params, folds=scores, mean=mean)
