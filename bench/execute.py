"""One order, carried out: fit, predict and score on counted flows."""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from threadpoolctl import threadpool_limits

from bench.bundle import Bundle, load_bundle, load_predictions, save_predictions
from bench.orders import Kind, Order, Outcome
from bench.rows.bundle import load_row_bundle
from bench.rows.jobs import fit_rows, fold_rows, save_rows
from bench.scores import confusion_scores, scores_by_class, scores_of_values
from bench.watch import Watch
from pipeline.flows import CountedFlows, Integers
from pipeline.judged import judge
from pipeline.metrics import METRICS, confusion_matrix
from pipeline.predict import Predictions, predict
from pipeline.stack import fit_meta_model, member_shares, meta_features
from pipeline.thin import thin
from pipeline.vote import vote, voting
from pipeline.zoo import find_model


def perform(order: Order) -> Outcome:
    """Carry out an order; whatever the model raises passes through."""
    watch, started = Watch(), datetime.now(UTC)
    if order.submitted:
        watch.seconds["queue"] = max(0.0, time.time() - order.submitted)
    load, job = _JOBS[order.kind]
    with watch.stage("load"):
        bundle = load(order.bundle)
    with threadpool_limits(order.limits.threads):
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


def result_path(order: Order, model: str, fold: int | None = None) -> Path:
    """Where the predictions of a model (the order's, or a member of its stack) are kept."""
    case = order.case.model_copy(update={"model": model})
    first = order.model_copy(update={"case": case, "fold": fold, "turn": 0})
    return Path(order.results) / f"{first.unit}.npz"


def _fit(order: Order, bundle: Bundle, watch: Watch) -> dict[str, Any]:
    used = _affordable(order, bundle.train)
    model = _fitted(order, used, watch)
    predictions = _predicted(model, bundle.test, watch)
    save_predictions(result_path(order, order.case.model), predictions)
    speed = bundle.test.distinct_rows / max(watch.seconds["predict"], 1e-9)
    return (
        _rows(bundle.train, used)
        | _scored(order, bundle.test, predictions, watch)
        | {"model_bytes": len(pickle.dumps(model)), "predict_rows_per_second": speed}
    )


def _fold(order: Order, bundle: Bundle, watch: Watch) -> dict[str, Any]:
    assert order.fold is not None
    train = bundle.without(order.fold)
    used = _affordable(order, train)
    held_out = bundle.only(order.fold)
    predictions = _predicted(_fitted(order, used, watch), held_out, watch)
    save_predictions(result_path(order, order.case.model, order.fold), predictions)
    confusion = _confusion(held_out, predictions).astype(np.float64)
    scores = {name: float(metric.score(confusion)) for name, metric in METRICS.items()}
    return _rows(train, used) | {"fold_scores": scores}


def _stack(order: Order, bundle: Bundle, watch: Watch) -> dict[str, Any]:
    with watch.stage("load"):
        X, y, counts = _out_of_fold(order, bundle)
        members = [load_predictions(result_path(order, name)) for name in order.members]
    with watch.stage("fit"):
        model = fit_meta_model(X, y, counts=counts)
    with watch.stage("predict"):
        of_test = meta_features(members)
        predictions = predict(model, of_test, classes=len(bundle.test.labels))
    save_predictions(result_path(order, order.case.model), predictions)
    shares = member_shares(model, members)
    return (
        _rows(bundle.train, bundle.train)
        | _scored(order, bundle.test, predictions, watch)
        | {"model_bytes": len(pickle.dumps(model))}
        | {"member_weights": dict(zip(order.members, shares, strict=True))}
    )


def _vote(order: Order, bundle: Bundle, watch: Watch) -> dict[str, Any]:
    with watch.stage("load"):
        members = [load_predictions(result_path(order, name)) for name in order.members]
    with watch.stage("predict"):
        predictions = vote(members, classes=len(bundle.test.labels))
    save_predictions(result_path(order, order.case.model), predictions)
    return (
        _rows(bundle.train, bundle.train)
        | _scored(order, bundle.test, predictions, watch)
        | {"voting": voting(members)}
    )


def _save(order: Order, bundle: Bundle, watch: Watch) -> dict[str, Any]:
    """Fit the chosen model again, which gives the same model, and keep it without pickle."""
    import skops.io  # here since it takes longer than all else that a case imports

    used = _affordable(order, bundle.train)
    model = _fitted(order, used, watch)
    skops.io.dump(model, Path(order.results) / f"{order.case.case_id}.skops")
    return _rows(bundle.train, used)


_JOBS: Final[Mapping[Kind, tuple[Callable[[str], Any], Callable[..., dict[str, Any]]]]] = {
    "fit": (load_bundle, _fit),
    "fold": (load_bundle, _fold),
    "stack": (load_bundle, _stack),
    "vote": (load_bundle, _vote),
    "save": (load_bundle, _save),
    "row_fit": (load_row_bundle, fit_rows),
    "row_fold": (load_row_bundle, fold_rows),
    "row_save": (load_row_bundle, save_rows),
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
    with watch.stage("predict"):
        codes = model.predict(flows.X)
    with watch.stage("values"):
        return predict(model, flows.X, codes=codes, classes=len(flows.labels))


def _rows(asked: CountedFlows, used: CountedFlows) -> dict[str, Any]:
    why = (
        f"{asked.distinct_rows} distinct rows are more than the model affords;"
        f" drawn down to {used.distinct_rows}"
        if used.rows < asked.rows
        else None
    )
    return {
        "rows_asked": asked.rows,
        "rows_used": used.rows,
        "rows_why": why,
        "distinct_rows": used.distinct_rows,
    }


def _scored(
    order: Order, test: CountedFlows, predictions: Predictions, watch: Watch
) -> dict[str, Any]:
    with watch.stage("score"):
        confusion = _confusion(test, predictions)
        judged = judge(test, predictions, benign=order.benign)
        return {
            "rows_tested": test.rows,
            "scores": confusion_scores(confusion, seed=order.case.seed) | scores_of_values(judged),
            "per_class": scores_by_class(confusion, test.labels),
            "confusion": tuple(map(tuple, confusion.tolist())),
        }


def _confusion(flows: CountedFlows, predictions: Predictions) -> Integers:
    return confusion_matrix(
        flows.y, predictions.codes, counts=flows.counts, classes=len(flows.labels)
    )


def _out_of_fold(order: Order, bundle: Bundle) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Meta-features, class and count of every (distinct training row, fold it has flows in)."""
    held_out = [bundle.only(fold) for fold in range(order.folds)]
    features = [
        meta_features([load_predictions(result_path(order, name, fold)) for name in order.members])
        for fold in range(order.folds)
    ]
    return (
        np.vstack(features),
        np.concatenate([flows.y for flows in held_out]),
        np.concatenate([flows.counts for flows in held_out]),
    )
