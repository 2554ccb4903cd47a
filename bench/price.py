"""What binning costs each model: fitted and tested on the same rows, as they are and binned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from bench.bundle import load_predictions
from bench.case import Case
from bench.desk import Desk
from bench.orders import Order, Outcome
from bench.outcome_facts import result_path
from bench.preparation import Key
from bench.price_sample import PriceSample
from pipeline.flows import Floats, Integers
from pipeline.metrics import METRICS
from pipeline.zoo import ZOO

REPLICATES: Final = 200
MEASURED: Final = ("accuracy", "f1_macro")
FORMS: Final = ("raw", "binned")

Fact = dict[str, Any]


def price_of_binning(desk: Desk, samples: Mapping[Key, PriceSample]) -> tuple[Fact, ...]:
    """Entries of ``run.json``: for each task that was binned and each model, what binning changed.

    The differences are binned less raw, on the same test rows, with the interval that holds 95 of
    100 draws of such rows. Each model has its own budget, as in the zoo.
    """
    orders = {
        (key, model): [_order(desk, key, sample, model, form) for form in FORMS]
        for key, sample in samples.items()
        for model in desk.suite.models
        if model in ZOO
    }
    every = [order for pair in orders.values() for order in pair]
    outcomes = {outcome.unit: outcome for outcome in desk.send(every)}
    return tuple(
        _fact(key, model, samples[key], pair, [outcomes[order.unit] for order in pair])
        for (key, model), pair in orders.items()
    )


def _order(desk: Desk, key: Key, sample: PriceSample, model: str, form: str) -> Order:
    task, split = key
    case = Case(task=task, split=f"{split}-{form}", model=model, seed=desk.suite.seed)
    path = sample.raw.bundle if form == "raw" else sample.binned.bundle
    return replace(desk, bundles={(task, case.split): path}).order("fit", case)


def _fact(
    key: Key,
    model: str,
    sample: PriceSample,
    orders: Sequence[Order],
    outcomes: Sequence[Outcome],
) -> Fact:
    fact: Fact = {
        "task": key[0],
        "split": key[1],
        "model": model,
        "bins": sample.bins,
        "rows": sample.rows,
        "test_rows": len(sample.y),
        "status": next((one.status for one in outcomes if one.status != "done"), "done"),
    }
    if fact["status"] != "done":
        return fact
    said = [
        load_predictions(result_path(order, model)).codes[form.place]
        for order, form in zip(orders, (sample.raw, sample.binned), strict=True)
    ]
    return fact | _differences(said, sample)


def _differences(said: Sequence[Integers], sample: PriceSample) -> Fact:
    """Scores on the test rows, and how they differ in replicates drawn from the same rows."""
    chance, rows = np.random.default_rng(0), len(sample.y)
    draws = chance.multinomial(rows, np.full(rows, 1 / rows), REPLICATES)
    weights = np.vstack([np.ones(rows), draws])
    confusions = [_confusions(codes, sample, weights) for codes in said]
    found: Fact = {}
    for name in MEASURED:
        raw, binned = (METRICS[name].score(confusion) for confusion in confusions)
        low, high = np.quantile((binned - raw)[1:], [0.025, 0.975])
        found |= {
            f"{name}_raw": float(raw[0]),
            f"{name}_binned": float(binned[0]),
            f"{name}_difference": float(binned[0] - raw[0]),
            f"{name}_low": float(low),
            f"{name}_high": float(high),
        }
    return found


def _confusions(codes: Integers, sample: PriceSample, weights: Floats) -> Floats:
    """float64, (replicates, classes, classes)."""
    cells = sample.y * sample.classes + codes
    counts = [np.bincount(cells, weight, sample.classes**2) for weight in weights]
    return np.stack(counts).reshape(-1, sample.classes, sample.classes).astype(np.float64)
