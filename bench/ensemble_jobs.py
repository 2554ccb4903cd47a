"""Ensembles of predictions that are there already: the stack and the vote, carried out."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from bench.bundle import Bundle, load_predictions, save_predictions
from bench.orders import Order
from bench.outcome_facts import model_bytes, result_path, rows_facts, scored
from bench.watch import Watch
from pipeline.flows import CountedFlows, Floats
from pipeline.predict import predict
from pipeline.stack import fit_meta_model, member_shares, meta_features
from pipeline.thin import thin
from pipeline.vote import vote, voting

META_AFFORDS: Final = 200_000
"""Distinct rows of 34 classes and three members that a meta-model takes in about 20 seconds."""


def perform_stack(order: Order, bundle: Bundle, watch: Watch) -> dict[str, Any]:
    """Fit the meta-model on the members' out-of-fold predictions, and score it."""
    with watch.stage("load"):
        answered = _held_out(order, bundle)
        budget = max(int(META_AFFORDS * order.effort), len(answered.labels))
        used = thin(answered, distinct_rows=budget, seed=order.case.seed)
        of_train = _out_of_fold(order, used)
        members = [load_predictions(result_path(order, name)) for name in order.members]
    with watch.stage("fit"):
        model = fit_meta_model(of_train, used.y, counts=used.counts)
    with watch.stage("predict"):
        of_test = meta_features(members)
        predictions = predict(model, of_test, classes=len(bundle.test.labels))
    save_predictions(result_path(order, order.case.model), predictions)
    shares = member_shares(model, members)
    return (
        rows_facts(answered, used)
        | scored(order, bundle.test, predictions, watch)
        | {"model_bytes": model_bytes(model)}
        | {"member_weights": dict(zip(order.members, shares, strict=True))}
    )


def perform_vote(order: Order, bundle: Bundle, watch: Watch) -> dict[str, Any]:
    """Let the members vote on the test part, and score that."""
    with watch.stage("load"):
        members = [load_predictions(result_path(order, name)) for name in order.members]
    with watch.stage("predict"):
        predictions = vote(members, classes=len(bundle.test.labels))
    save_predictions(result_path(order, order.case.model), predictions)
    return (
        rows_facts(bundle.train, bundle.train)
        | scored(order, bundle.test, predictions, watch)
        | {"voting": voting(members)}
    )


def _held_out(order: Order, bundle: Bundle) -> CountedFlows:
    """Every (distinct training row, fold it has flows in), told apart by fold and place in it."""
    held_out = [bundle.only(fold) for fold in range(order.folds)]
    places = [
        np.column_stack([np.full(len(flows.y), fold), np.arange(len(flows.y))])
        for fold, flows in enumerate(held_out)
    ]
    return CountedFlows(
        features=("fold", "place"),
        labels=bundle.train.labels,
        X=np.vstack(places).astype(np.float64),
        y=np.concatenate([flows.y for flows in held_out]),
        counts=np.concatenate([flows.counts for flows in held_out]),
    )


def _out_of_fold(order: Order, rows: CountedFlows) -> Floats:
    """The meta-features of these rows, which stand in the order of their folds.

    Those of all rows would be many times what the fit affords.
    """
    folds, places = rows.X.astype(np.int64).T
    answers = []
    for fold in range(order.folds):
        members = [load_predictions(result_path(order, name, fold)) for name in order.members]
        mine = places[folds == fold]
        answers.append(meta_features([member.take(mine) for member in members]))
    return np.vstack(answers)
