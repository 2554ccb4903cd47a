"""What a worker's child does on sampled rows: fit, score on a sample, predict a fold, keep."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
from sklearn.pipeline import make_pipeline

from bench.orders import Order
from bench.rows.budget import row_budget, rows_why, why_tested
from bench.rows.bundle import RowBundle, RowTable
from bench.rows.scored import scored
from bench.watch import Watch
from pipeline.flows import Booleans, Integers
from pipeline.metrics import METRICS, confusion_matrix
from pipeline.rows.stored import store_model
from pipeline.zoo import find_model

MODEL_SUFFIX: Final = ".skops"


def fit_rows(order: Order, bundle: RowBundle, watch: Watch) -> dict[str, Any]:
    """Fit on the rows that the model is given; score here only what cannot predict every row."""
    drawn = bundle.train.drawn(_budget(order, bundle))
    model = _fitted(order, bundle, drawn, watch)
    size = store_model(model, Path(order.results) / f"{order.unit}{MODEL_SUFFIX}")
    return (
        _rows(order, bundle, drawn)
        | {"model_bytes": size}
        | (_sample_scores(order, bundle, model, watch) if _is_slow(order) else {})
    )


def fold_rows(order: Order, bundle: RowBundle, watch: Watch) -> dict[str, Any]:
    """Fit without one fold of the rows that the model is given, and score on that fold.

    Within a class, rows go to the folds in turn, so folds are stratified. A model that is too slow
    for every test row predicts no more rows in all folds together than it does of the test part.
    """
    drawn = bundle.train.drawn(_budget(order, bundle))
    is_held_out = bundle.train.rank % order.folds == order.fold
    train = drawn & ~is_held_out
    held_out = drawn & is_held_out & _predictable(order, bundle.train)
    model = _fitted(order, bundle, train, watch)
    with watch.stage("predict"):
        codes = model.predict(bundle.train.X[held_out])
    confusion = _confusion(bundle, bundle.train.y[held_out], codes).astype(np.float64)
    scores = {name: float(metric.score(confusion)) for name, metric in METRICS.items()}
    return _rows(order, bundle, train) | {"fold_scores": scores}


def _budget(order: Order, bundle: RowBundle) -> int:
    return row_budget(
        find_model(order.case.model),
        given=order.budget,
        effort=order.effort,
        features=len(bundle.features),
        classes=len(bundle.labels),
    )


def _is_slow(order: Order) -> bool:
    return find_model(order.case.model).affords_test_rows is not None


def _predictable(order: Order, table: RowTable) -> Booleans:
    """Bool (rows,): the rows that the model predicts in the time that it is given."""
    affords = find_model(order.case.model).affords_test_rows
    return table.drawn(table.asked if affords is None else affords)


def _fitted(order: Order, bundle: RowBundle, rows: Booleans, watch: Watch) -> Any:  # noqa: ANN401
    """The model behind the scaler, so that it takes raw rows."""
    model = find_model(order.case.model).build(order.case.seed, order.params)
    with watch.stage("load"):
        X, y = bundle.train.X[rows], bundle.train.y[rows]
        X = bundle.scaler.transform(X, copy=False)
    with watch.stage("fit"):
        model.fit(X, y, sample_weight=np.ones(len(y), np.int64))
    return make_pipeline(bundle.scaler, model)


def _sample_scores(order: Order, bundle: RowBundle, model: Any, watch: Watch) -> dict[str, Any]:  # noqa: ANN401
    rows = _predictable(order, bundle.test)
    with watch.stage("predict"):
        codes = model.predict(bundle.test.X[rows])
    with watch.stage("score"):
        confusion = _confusion(bundle, bundle.test.y[rows], codes)
        found = scored(confusion, bundle.labels, seed=order.case.seed)
    tested = int(rows.sum())
    return found | {
        "test_why": why_tested(tested, bundle.test.asked),
        "predict_rows_per_second": tested / max(watch.seconds["predict"], 1e-9),
    }


def _rows(order: Order, bundle: RowBundle, used: Booleans) -> dict[str, Any]:
    rows, asked = int(used.sum()), bundle.train.asked
    why = rows_why(rows, asked, given=order.budget, features=len(bundle.features))
    return {"rows_asked": asked, "rows_used": rows, "rows_why": why}


def _confusion(bundle: RowBundle, y: Integers, codes: Integers) -> Integers:
    counts = np.ones(len(y), np.int64)
    return confusion_matrix(
        y, np.asarray(codes, np.int64), counts=counts, classes=len(bundle.labels)
    )
