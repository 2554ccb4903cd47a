"""Feature selection over all rows: scikit-learn's ANOVA F from per-class moments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

import dask
import numpy as np
from dask import delayed
from scipy.special import fdtrc
from sklearn.feature_selection import SelectKBest

from pipeline.flows import Booleans, Floats, Integers
from pipeline.labelled import label_codes, pack, unpack, usable_rows
from pipeline.manifest import Manifest, Part, read_part
from pipeline.moments import Moments, column_moments, empty_moments, merge_moments
from pipeline.split import Masks
from pipeline.statistics import aligned_moments
from pipeline.statistics_file import load_statistics


@dataclass(frozen=True, kw_only=True, eq=False)
class Selection:
    """F and p of every feature, (features,) each, and the names of the best in column order.

    F is NaN for a constant feature, infinite for one that is constant within every class.
    """

    features: tuple[str, ...]
    F: Floats
    p: Floats
    selected: tuple[str, ...]
    rows: int


def select(moments: Moments, *, features: tuple[str, ...], k: int) -> Selection:
    """The ``k`` features of largest F, ties and NaN resolved by ``SelectKBest`` itself."""
    F, p = anova(moments)
    dummy = np.zeros((2, len(features)))
    best = SelectKBest(lambda _X, _y: (F, p), k=min(k, len(features))).fit(dummy, [0, 1])
    selected = tuple(np.asarray(features)[best.get_support()].tolist())
    rows = int(moments.count.sum())
    return Selection(features=features, F=F, p=p, selected=selected, rows=rows)


def train_moments(
    store: Path, manifest: Manifest, *, labels: Sequence[str], splits: Sequence[Masks]
) -> list[Moments]:
    """For each split, the moments of its training rows, one class for each of ``labels``.

    One pass over the partitions serves all splits; a part that lies whole on one side of every
    split is not read at all, since ingest has kept its moments. Parts are merged in the order of
    the manifest, so that the digits do not depend on workers.
    """
    parts = [
        delayed(_part_moments)(
            store, part, manifest.features, tuple(labels), [pack(masks[n]) for masks in splits]
        )
        for n, part in enumerate(manifest.parts)
    ]
    of_parts = dask.compute(*parts)
    return [reduce(merge_moments, of_split) for of_split in zip(*of_parts, strict=True)]


def anova(moments: Moments) -> tuple[Floats, Floats]:
    """One-way ANOVA F and p of every feature, as ``sklearn.feature_selection.f_classif``.

    scikit-learn subtracts sums of squares of the raw values, which cancels where a mean is large
    beside its spread; here both sums of squares are of deviations, so F keeps its digits there.

    Returns
    -------
    F, p
        float64, (features,) each; NaN for a constant feature or for fewer than two classes.
    """
    present = moments.count > 0
    count = moments.count[present].astype(np.float64)[:, None]
    mean, m2 = moments.mean[present], moments.m2[present]
    # Seen from the first class, the means of a constant feature are zero, and so is their mean;
    # the mean of equal numbers need not be that number to the last digit.
    offset = mean - mean[:1]
    grand_offset = (count * offset).sum(axis=0) / count.sum()
    between = (count * (offset - grand_offset) ** 2).sum(axis=0)
    within = m2.sum(axis=0)
    between_freedom = len(count) - 1
    within_freedom = count.sum() - len(count)
    with np.errstate(divide="ignore", invalid="ignore"):
        F = np.divide(between, between_freedom) / np.divide(within, within_freedom)
    return F, fdtrc(between_freedom, within_freedom, F)


def _part_moments(
    store: Path,
    part: Part,
    features: tuple[str, ...],
    labels: tuple[str, ...],
    test_bits: Sequence[bytes],
) -> list[Moments]:
    masks = [unpack(bits, usable_rows(part, labels)) for bits in test_bits]
    if all(mask.all() or not mask.any() for mask in masks):
        kept = aligned_moments(load_statistics(store / part.folder), labels)
        nothing = empty_moments(len(labels), len(features))
        return [nothing if mask.any() else kept for mask in masks]
    flows = read_part(store, part, [*features, "label", "complete"])
    codes = label_codes(flows, {label: code for code, label in enumerate(labels)})
    columns = [flows.column(name).to_numpy() for name in features]
    return [
        column_moments(columns, codes, len(labels), rows=_train_rows(mask, codes)) for mask in masks
    ]


def _train_rows(test_mask: Booleans, codes: Integers) -> Booleans:
    train = codes >= 0
    train[train] = ~test_mask
    return train
