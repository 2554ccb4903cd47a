"""What would be run: how many pieces of work of each sort, and the CPU seconds of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bench.planning.fits import SAMPLE_PREDICTIONS, fit_seconds
from bench.planning.scope import Key, Scope
from bench.search import searched_cases
from bench.search_space import candidates
from bench.stacks import stack_cases
from bench.suite import Suite
from bench.votes import vote_cases
from pipeline.zoo import ALL_MODELS, find_model

PIECE_SECONDS: Final = 0.2
PIECE_SECONDS_A_ROW: Final = 2e-6
"""Beside the fit: distinct rows loaded, those of the test part predicted and scored."""

TREES: Final = 100
"""What forests and boosting grow unless a suite says otherwise, and the reference rates are of."""

MEMBER_SECONDS: Final = 1.0
"""A stack or a vote of predictions that are there."""


@dataclass(frozen=True, kw_only=True)
class Pieces:
    """So many orders of one sort, each of so many CPU seconds; a fit is of one ``model``."""

    stage: str
    sort: str
    key: Key
    model: str
    number: int
    seconds: float

    @property
    def is_of_all(self) -> bool:
        """Whether all workers fit it together."""
        return self.model in ALL_MODELS and find_model(self.model).is_distributed


def pieces_of(scope: Scope) -> list[Pieces]:
    """All orders of the run, in the order of its stages."""
    return [
        *_searched(scope),
        *_zoo(scope),
        *_ensembles(scope),
        *_again(scope),
    ]


def _searched(scope: Scope) -> Iterator[Pieces]:
    suite = scope.suite
    for case in searched_cases(suite):
        grid = suite.search[case.model]
        tried = len(candidates(grid, at_most=suite.search_candidates, seed=suite.seed))
        yield _fits(scope, "search", "candidate folds", case.key, case.model, tried * suite.folds)


def _zoo(scope: Scope) -> Iterator[Pieces]:
    suite = scope.suite
    for key in scope.keys:
        for model in suite.models:
            if scope.counts_flows and find_model(model).is_distributed:
                continue
            seeds, fit = len(suite.model_seeds), _seconds(scope, key, model)
            told = _sample_seconds(scope, model, rows=scope.test_rows)
            yield _pieces("zoo", "fits", key, model, seeds, fit + told)
            if suite.choose_on == "cv" and _has_folds(suite, key, model):
                held_out = _sample_seconds(scope, model, rows=scope.fitted_rows(model, key))
                fold = fit + held_out / suite.folds
                yield _pieces("zoo", "folds", key, model, seeds * suite.folds, fold)


def _sample_seconds(scope: Scope, model: str, *, rows: int) -> float:
    """Of a model's word on so many rows, or on those it affords, beside its fit."""
    affords = find_model(model).affords_test_rows
    if scope.counts_flows or affords is None:
        return 0.0
    return SAMPLE_PREDICTIONS[model] * min(1.0, rows / affords)


def _has_folds(suite: Suite, key: Key, model: str) -> bool:
    entry = find_model(model)
    return key[1] in suite.chosen_splits and entry.role == "model" and not entry.is_distributed


def _ensembles(scope: Scope) -> Iterator[Pieces]:
    if not scope.counts_flows:
        return
    suite = scope.suite
    for sort, cases in (("stacks", stack_cases(suite)), ("votes", vote_cases(suite))):
        for case in cases:
            yield _pieces("stack", sort, case.key, sort, 1, MEMBER_SECONDS)
            if sort == "stacks" and suite.choose_on == "test":  # its members have no folds yet
                number = suite.stack * suite.folds
                mean = _mean_seconds(scope, case.key)
                yield _pieces("stack", "folds", case.key, "members", number, mean)


def _again(scope: Scope) -> Iterator[Pieces]:
    suite = scope.suite
    for key in scope.keys:
        if suite.null_case:
            yield _fits(scope, "reruns", "null cases", key, suite.null_case, 1)
        yield _pieces("models", "kept models", key, "best", 1, _mean_seconds(scope, key))


def _mean_seconds(scope: Scope, key: Key) -> float:
    """Of a fit of a model that nobody knows yet."""
    models = scope.suite.models
    return sum(_seconds(scope, key, model) for model in models) / len(models)


def _fits(scope: Scope, stage: str, sort: str, key: Key, model: str, number: int) -> Pieces:
    return _pieces(stage, sort, key, model, number, _seconds(scope, key, model))


def _seconds(scope: Scope, key: Key, model: str) -> float:
    features = 10 if scope.counts_flows else min(scope.suite.features, scope.features)
    fit = fit_seconds(
        model,
        rows=scope.fitted_rows(model, key),
        classes=scope.classes(key[0]),
        features=features,
    )
    trees = float(scope.suite.params.get(model, {}).get("n_estimators", TREES))
    around = PIECE_SECONDS + PIECE_SECONDS_A_ROW * scope.distinct(key) * scope.counts_flows
    return around + fit * trees / TREES * scope.fit_factors.get(model, 1.0)


def _pieces(stage: str, sort: str, key: Key, model: str, number: int, seconds: float) -> Pieces:
    return Pieces(stage=stage, sort=sort, key=key, model=model, number=number, seconds=seconds)
