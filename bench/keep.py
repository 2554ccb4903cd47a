"""The chosen model of each task and split, kept without pickle for labelling new flows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import skops

from bench.bundle import load_bundle
from bench.case import Case
from bench.choose import best_models, of_split
from bench.desk import Desk
from bench.orders import Order
from reports.records import Record
from reports.store import write_text


def keep_models(desk: Desk, records: Sequence[Record], folder: Path) -> None:
    """Save the best model of each task and split with the features and classes it speaks of.

    Fitting on counts is deterministic and quick, so there the model is fitted again by a worker
    rather than kept by all; on rows every model has been kept, since all workers predict by it.
    """
    folder.mkdir(exist_ok=True)
    for case in (case for case in _chosen(desk, records) if case.key in desk.rows):
        _keep(desk, case, folder, fitted=desk.work / f"{desk.order('fit', case).unit}.skops")
    orders = {order.case.case_id: order for order in save_orders(desk, records)}
    for outcome in desk.send(list(orders.values())):
        if outcome.status == "done":
            case = orders[outcome.case_id].case
            _keep(desk, case, folder, fitted=desk.work / f"{case.case_id}.skops")
        else:
            why = outcome.reason.message if outcome.reason else outcome.status
            desk.progress.note(f"model {outcome.case_id} is not kept: {why}")


def save_orders(desk: Desk, records: Sequence[Record]) -> list[Order]:
    """The orders that fit each chosen model on counts again."""
    chosen = (case for case in _chosen(desk, records) if case.key not in desk.rows)
    return [desk.order("save", case) for case in chosen]


def _chosen(desk: Desk, records: Sequence[Record]) -> list[Case]:
    seed = desk.suite.model_seeds[0]
    return [
        Case(task=task, split=split, model=model, seed=seed)
        for task, split in (*desk.bundles, *desk.rows)
        for model in best_models(of_split(records, task, split, seed=seed), desk.suite)[:1]
    ]


def _keep(desk: Desk, case: Case, folder: Path, *, fitted: Path) -> None:
    features, classes = _names(desk, case)
    name = f"{case.case_id}.skops"
    fitted.replace(folder / name)
    description = {
        "schema_version": 1,
        "file": name,
        "model": case.model,
        "task": case.task,
        "split": case.split,
        "features": features,
        "classes": classes,
        "bins": _bins(desk, case),
        "skops": skops.__version__,
    }
    write_text(folder / f"{case.case_id}.json", json.dumps(description, indent=1) + "\n")


def _bins(desk: Desk, case: Case) -> dict[str, dict[str, list[float]]]:
    """Where a feature was cut into bins: where each starts, and the value that stands for it."""
    grain = desk.grains.get((case.task, case.split))
    return {
        feature: {"starts": bins.starts.tolist(), "values": bins.values.tolist()}
        for feature, bins in (grain.cut if grain else {}).items()
    }


def _names(desk: Desk, case: Case) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The features and the classes that a model of this case speaks of."""
    if case.key in desk.rows:
        source = desk.rows[case.key].source
        return source.features, source.labels
    bundle = load_bundle(str(desk.bundles[case.key]))
    return bundle.train.features, bundle.train.labels
