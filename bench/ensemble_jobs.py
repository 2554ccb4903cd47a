"""Ensembles of predictions that are there already: the stack and the vote, carried out."""

from __future__ import annotations

import pickle
from typing import Any, Final

import numpy as np

from bench.bundle import Bundle, load_predictions, save_predictions
from bench.orders import Order
from bench.outcome_facts import result_path, rows_facts, scored
from bench.watch import Watch
from pipeline.flows import CountedFlows
from pipeline.predict import predict
from pipeline.stack import fit_meta_model, member_shares, meta_features
from pipeline.thin import thin
from pipeline.vote import vote, voting

META_AFFORDS: Final = 200_000
"""Distinct rows of 34 classes and three members that a meta-model takes in about 20 seconds."""


def perform_stack(order: Order, bundle: Bundle, watch: Watch) -> dict[str, Any]:
    """Fit the meta-model on the members' out-of-fold predictions, and score it."""
    with watch.stage("load"):
        answered = _out_of_fold(order, bundle)
        budget = max(int(META_AFFORDS * order.effort), len(answered.labels))
        used = thin(answered, distinct_rows=budget, seed=order.case.seed)
        members = [load_predictions(result_path(order, name)) for name in order.members]
    with watch.stage("fit"):
        model = fit_meta_model(used.X, used.y, counts=used.counts)
    with watch.stage("predict"):
        of_test = meta_features(members)
        predictions = predict(model, of_test, classes=len(bundle.test.labels))
    save_predictions(result_path(order, order.case.model), predictions)
    shares = member_shares(model, members)
    return (
        rows_facts(answered, used)
        | scored(order, bundle.test, predictions, watch)
        | {"model_bytes": len(pickle.dumps(model))}
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


def _out_of_fold(order: Order, bundle: Bundle) -> CountedFlows:
    """Meta-features, class and count of every (distinct training row, fold it has flows in)."""
    held_out = [bundle.only(fold) for fold in range(order.folds)]
    values = [
        meta_features([load_predictions(result_path(order, name, fold)) for name in order.members])
        for fold in range(order.folds)
    ]
    return CountedFlows(
        features=tuple(map(str, range(values[0].shape[1]))),
        labels=bundle.train.labels,
        X=np.vstack(values),
        y=np.concatenate([flows.y for flows in held_out]),
        counts=np.concatenate([flows.counts for flows in held_out]),
    )
