"""One order, carried out: fit, predict and score on counted flows."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from sklearn import config_context
from threadpoolctl import ThreadpoolController

from bench.bundle import Bundle, load_bundle, save_predictions
from bench.ensemble_jobs import perform_stack, perform_vote
from bench.orders import Kind, Order, Outcome
from bench.outcome_facts import confusion_of, model_bytes, result_path, rows_facts, scored
from bench.rows.bundle import load_row_bundle
from bench.rows.jobs import fit_rows, fold_rows
from bench.watch import Watch
from pipeline.flows import CountedFlows
from pipeline.metrics import METRICS
from pipeline.predict import Predictions, predict, remembering
from pipeline.thin import thin
from pipeline.zoo import find_model

CHECKED_ALREADY: Final = {"assume_finite": True, "skip_parameter_validation": True}
"""Counted flows are finite, and the zoo checks parameters; ensembles would check for every tree."""


def perform(order: Order) -> Outcome:
    """Carry out an order; whatever the model raises passes through."""
    watch, started = Watch(), datetime.now(UTC)
    if order.submitted:
        watch.seconds["queue"] = max(0.0, time.time() - order.submitted)
    load, job = _JOBS[order.kind]
    with watch.stage("load"):
        bundle = load(order.bundle)
    with _numerics().limit(limits=order.limits.threads), config_context(**CHECKED_ALREADY):
        found = job(order, bundle, watch)
    return Outcome(
        unit=order.unit,
        case_id=order.case.case_id,
        fold=order.fold,
        status="done",
        started=started,
        seconds=watch.seconds,
        **found,
    )


@cache
def _numerics() -> ThreadpoolController:
    """The libraries whose threads are limited from outside; looking for them takes milliseconds.

    What is loaded later are the libraries of models that are told their threads.
    """
    return ThreadpoolController()


def _fit(order: Order, bundle: Bundle, watch: Watch) -> dict[str, Any]:
    used = _affordable(order, bundle.train)
    model = _fitted(order, used, watch)
    predictions = _predicted(model, bundle.test, watch)
    save_predictions(result_path(order, order.case.model), predictions)
    speed = len(bundle.test.vectors[0]) / max(watch.seconds["predict"], 1e-9)
    return (
        rows_facts(bundle.train, used)
        | scored(order, bundle.test, predictions, watch)
        | {"model_bytes": model_bytes(model), "predict_rows_per_second": speed}
    )


def _fold(order: Order, bundle: Bundle, watch: Watch) -> dict[str, Any]:
    assert order.fold is not None
    train = bundle.without(order.fold)
    used = _affordable(order, train)
    held_out = bundle.only(order.fold)
    predictions = _predicted(_fitted(order, used, watch), held_out, watch)
    save_predictions(result_path(order, order.case.model, order.fold), predictions)
    confusion = confusion_of(held_out, predictions).astype(np.float64)
    scores = {name: float(metric.score(confusion)) for name, metric in METRICS.items()}
    return rows_facts(train, used) | {"fold_scores": scores}


def _save(order: Order, bundle: Bundle, watch: Watch) -> dict[str, Any]:
    """Fit the chosen model again, which gives the same model, and keep it without pickle."""
    import skops.io  # here since it takes longer than all else that a case imports

    used = _affordable(order, bundle.train)
    model = _fitted(order, used, watch)
    skops.io.dump(model, Path(order.results) / f"{order.case.case_id}.skops")
    return rows_facts(bundle.train, used)


_JOBS: Final[Mapping[Kind, tuple[Callable[[str], Any], Callable[..., dict[str, Any]]]]] = {
    "fit": (load_bundle, _fit),
    "fold": (load_bundle, _fold),
    "stack": (load_bundle, perform_stack),
    "vote": (load_bundle, perform_vote),
    "save": (load_bundle, _save),
    "row_fit": (load_row_bundle, fit_rows),
    "row_fold": (load_row_bundle, fold_rows),
}


def _affordable(order: Order, flows: CountedFlows) -> CountedFlows:
    """At most the budget of distinct rows, and at least one for each class."""
    affords = find_model(order.case.model).affords(classes=len(flows.labels))
    budget = max(order.budget or int(affords * order.effort), len(flows.labels))
    return thin(flows, distinct_rows=budget, seed=order.case.seed)


def _fitted(order: Order, flows: CountedFlows, watch: Watch) -> Any:  # noqa: ANN401 - an estimator
    model = find_model(order.case.model).build(
        order.case.seed, order.params, threads=order.limits.threads
    )
    with watch.stage("fit"):
        return model.fit(flows.X, flows.y, sample_weight=flows.counts)


def _predicted(model: Any, flows: CountedFlows, watch: Watch) -> Predictions:  # noqa: ANN401
    """What the model says of each feature vector, for every row that has it.

    Values take the seconds that they need beyond those of the classes.
    """
    vectors, places = flows.vectors
    with remembering(model):
        with watch.stage("predict"):
            codes = model.predict(vectors)
        with watch.stage("values"):
            found = predict(model, vectors, codes=codes, classes=len(flows.labels))
    return found.take(places)
