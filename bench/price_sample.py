"""The same rows twice, as they are and binned, to find out what binning costs each model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import dask
import numpy as np

from bench.bundle import save_bundle
from bench.preparation import Key, Preparation
from pipeline.canonical import canonical_split
from pipeline.counted import count_rows
from pipeline.flows import Booleans, CountedFlows, Floats, Integers
from pipeline.grain import Grain
from pipeline.ladder import Ladder
from pipeline.row_sample import RowSample, read_rows
from pipeline.stratified import every_other, stratified_rows


@dataclass(frozen=True, kw_only=True, eq=False)
class Form:
    """The sample in one form: its counted flows on disk, and each test row's place among them."""

    bundle: Path
    place: Integers


@dataclass(frozen=True, kw_only=True, eq=False)
class PriceSample:
    """A sample of rows in two forms, half of them to train on and half to test.

    ``y`` is int64, (test rows,): the class of each; ``bins`` how many bins a feature has at most.
    """

    rows: int
    bins: int
    classes: int
    y: Integers
    raw: Form
    binned: Form


def price_samples(plan: Preparation, grains: Mapping[Key, Grain]) -> dict[Key, PriceSample]:
    """A sample for each task that has a binned split: on the features and bins of the first."""
    first: dict[str, Key] = {}
    for (task, split), grain in grains.items():
        if grain.cut:
            first.setdefault(task, (task, split))
    if not first or not plan.suite.price_rows:
        return {}
    wanted = tuple(dict.fromkeys(name for key in first.values() for name in grains[key].features))
    rows = _draw(plan, wanted)
    return {key: _in_both_forms(plan, key, grains[key], rows) for key in first.values()}


@dataclass(frozen=True, kw_only=True, eq=False)
class _Rows:
    """Rows as they are: their columns by name, the codes of their labels, which are test rows."""

    columns: Mapping[str, Floats]
    codes: Integers
    is_test: Booleans


def _draw(plan: Preparation, features: tuple[str, ...]) -> _Rows:
    store, manifest, suite, labels = plan.store, plan.manifest, plan.suite, plan.labels
    masks = stratified_rows(store, manifest, labels=labels, rows=suite.price_rows, seed=suite.seed)
    drawn: tuple[RowSample] = dask.compute(
        *read_rows(store, manifest, labels=labels, features=features, wanted=[masks])
    )
    return _Rows(
        columns=dict(zip(features, drawn[0].columns, strict=True)),
        codes=drawn[0].codes,
        is_test=every_other(drawn[0].codes, seed=suite.seed),
    )


def _in_both_forms(plan: Preparation, key: Key, grain: Grain, rows: _Rows) -> PriceSample:
    raw = {name: rows.columns[name] for name in grain.features}
    binned = raw | {name: bins.of_rows(raw[name]) for name, bins in grain.cut.items()}
    names = [plan.classes(key[0])[label] for label in plan.labels]
    classes, class_of = np.unique(names, return_inverse=True)
    assert grain.bins is not None
    return PriceSample(
        rows=len(rows.codes),
        bins=grain.bins,
        classes=len(classes),
        y=class_of.astype(np.int64)[rows.codes[rows.is_test]],
        raw=_form(plan, f"{'-'.join(key)}-raw", replace(rows, columns=raw), names),
        binned=_form(plan, f"{'-'.join(key)}-binned", replace(rows, columns=binned), names),
    )


def _form(plan: Preparation, name: str, rows: _Rows, classes: list[str]) -> Form:
    split = canonical_split(
        count_rows(list(rows.columns.values()), rows.codes, {"test": rows.is_test}),
        Ladder(bins=(), parents=()),
        name="price",
        features=tuple(rows.columns),
        classes=classes,
        test="test",
    )
    path = plan.work / f"price-{name}.npz"
    save_bundle(path, split, np.zeros((split.train.distinct_rows, plan.suite.folds), np.int64))
    return Form(bundle=path, place=_places(split.test, rows, classes))


def _places(test: CountedFlows, rows: _Rows, classes: list[str]) -> Integers:
    """Where each test row stands among the distinct ones, which are in lexicographic order."""
    codes = np.unique(classes, return_inverse=True)[1][rows.codes]
    table = np.column_stack([*rows.columns.values(), codes])[rows.is_test]
    distinct, place = np.unique(table, axis=0, return_inverse=True)
    assert len(distinct) == test.distinct_rows
    found: Integers = place.ravel()
    return found
