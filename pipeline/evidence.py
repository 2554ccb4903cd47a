"""What features are chosen and checked by, from one pass over the partitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from dask import delayed

from pipeline.class_bins import BINNED_ROWS, bin_edges, class_bins
from pipeline.equal_columns import equal_columns, merge_equal
from pipeline.flows import Booleans, Floats, Integers
from pipeline.labelled import label_codes, usable_rows
from pipeline.manifest import Manifest, Part, read_part
from pipeline.moments import Moments, column_moments, merge_moments
from pipeline.row_folds import PartFolds, RowFolds
from pipeline.row_sample import PartDraw
from pipeline.statistics import aligned_moments
from pipeline.statistics_file import load_statistics
from pipeline.tree import merge_nodes


@dataclass(frozen=True, kw_only=True, eq=False)
class SplitEvidence:
    """Of the training rows of one split.

    Attributes
    ----------
    moments
        A class for each label and fold: ``label * folds + fold``.
    bins
        int64, (features, bins, labels): of every ``stride``-th usable row that is a training row.
    """

    moments: Moments
    bins: Integers


@dataclass(frozen=True, kw_only=True, eq=False)
class Evidence:
    """``splits`` in the order asked for; ``equal`` names for each feature the first it equals.

    Features are equal where they are in every usable row, training and test.
    """

    splits: tuple[SplitEvidence, ...]
    equal: Integers
    stride: int


def gather_evidence(
    store: Path,
    manifest: Manifest,
    *,
    labels: Sequence[str],
    splits: Sequence[RowFolds],
    samples: Sequence[Sequence[PartDraw]] = (),
) -> Evidence:
    """The evidence on all splits; parts are merged along a tree that workers do not change.

    As all columns are read, the rows of each sample are kept on the way, for a draw of each part.
    """
    rows = [usable_rows(part, labels) for part in manifest.parts]
    stride = max(1, -(-sum(rows) // BINNED_ROWS))
    edges = delayed(bin_edges(store, manifest))
    starts = np.cumsum([0, *rows])
    nodes = [
        delayed(_examine, pure=False)(
            _PartRequest(
                store=store,
                part=part,
                features=manifest.features,
                labels=tuple(labels),
                folds=tuple(split.parts[number] for split in splits),
                first_binned=int(-starts[number] % stride),
                stride=stride,
                draws=tuple(sample[number] for sample in samples),
            ),
            edges,
        )
        for number, part in enumerate(manifest.parts)
    ]
    return merge_nodes(nodes, merge=_merge)


@dataclass(frozen=True, kw_only=True)
class _PartRequest:
    """``first_binned`` is the first row of the part whose place among all is one to bin."""

    store: Path
    part: Part
    features: tuple[str, ...]
    labels: tuple[str, ...]
    folds: tuple[PartFolds, ...]
    first_binned: int
    stride: int
    draws: tuple[PartDraw, ...]


def _examine(asked: _PartRequest, edges: Sequence[Floats]) -> Evidence:
    flows = read_part(asked.store, asked.part, [*asked.features, "label", "complete"])
    codes = label_codes(flows, {label: code for code, label in enumerate(asked.labels)})
    usable = codes >= 0
    columns = [flows.column(name).to_numpy() for name in asked.features]
    if not usable.all():
        columns = [column[usable] for column in columns]
    codes = codes[usable]
    for draw in asked.draws:
        draw.keep(columns, codes)
    binned = slice(asked.first_binned, None, asked.stride)
    few = [column[binned] for column in columns]
    return Evidence(
        splits=tuple(_of_split(columns, few, edges, asked, codes, folds) for folds in asked.folds),
        equal=equal_columns(columns),
        stride=asked.stride,
    )


def _of_split(
    columns: Sequence[Floats],
    few: Sequence[Floats],
    edges: Sequence[Floats],
    asked: _PartRequest,
    codes: Integers,
    folds: PartFolds,
) -> SplitEvidence:
    fold = folds.read()
    is_train = fold < folds.folds
    binned = slice(asked.first_binned, None, asked.stride)
    return SplitEvidence(
        moments=_moments(columns, asked, np.where(is_train, codes * folds.folds + fold, -1), folds),
        bins=_train_bins(few, edges, codes[binned], is_train[binned], classes=len(asked.labels)),
    )


def _moments(
    columns: Sequence[Floats], asked: _PartRequest, cells: Integers, folds: PartFolds
) -> Moments:
    """By label and fold; where all rows are in one fold they are those that ingest has kept."""
    if folds.folds == 1 and (cells >= 0).all():
        return aligned_moments(load_statistics(asked.store / asked.part.folder), asked.labels)
    return column_moments(columns, cells, len(asked.labels) * folds.folds)


def _train_bins(
    few: Sequence[Floats],
    edges: Sequence[Floats],
    codes: Integers,
    is_train: Booleans,
    *,
    classes: int,
) -> Integers:
    columns = [column[is_train] for column in few]
    return class_bins(columns, edges, codes[is_train], classes=classes)


def _merge(several: Sequence[Evidence]) -> Evidence:
    merged = several[0].splits
    for other in several[1:]:
        merged = tuple(map(_added, merged, other.splits))
    return Evidence(
        splits=merged,
        equal=merge_equal([one.equal for one in several]),
        stride=several[0].stride,
    )


def _added(a: SplitEvidence, b: SplitEvidence) -> SplitEvidence:
    return SplitEvidence(moments=merge_moments(a.moments, b.moments), bins=a.bins + b.bins)
