"""Ensembles of predictions that are there already: the stack and the vote, carried out."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np

from bench.bundle import Bundle, load_predictions, save_predictions
from bench.orders import Order
from bench.outcome_facts import result_path, rows_facts, scored
from bench.watch import Watch
from pipeline.predict import predict
from pipeline.stack import fit_meta_model, member_shares, meta_features
from pipeline.vote import vote, voting


def perform_stack(order: Order, bundle: Bundle, watch: Watch) -> dict[str, Any]:
    """Fit the meta-model on the members' out-of-fold predictions, and score it."""
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
        rows_facts(bundle.train, bundle.train)
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
