"""The moments of a split's training rows, from one pass over the partitions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from pathlib import Path

import dask
from dask import delayed

from pipeline.flows import Booleans, Integers
from pipeline.labelled import label_codes, pack, unpack, usable_rows
from pipeline.manifest import Manifest, Part, read_part
from pipeline.moments import Moments, column_moments, empty_moments, merge_moments
from pipeline.split import Masks
from pipeline.statistics import aligned_moments
from pipeline.statistics_file import load_statistics


def train_moments(
    store: Path, manifest: Manifest, *, labels: Sequence[str], splits: Sequence[Masks]
) -> list[Moments]:
    """For each split, the moments of its training rows, one class for each of ``labels``.

    One pass over the partitions serves all splits; of a part that lies whole on one side of a split
    nothing is read for it, since ingest has kept its moments. Parts are merged in the order of
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


def _part_moments(
    store: Path,
    part: Part,
    features: tuple[str, ...],
    labels: tuple[str, ...],
    test_bits: Sequence[bytes],
) -> list[Moments]:
    masks = [unpack(bits, usable_rows(part, labels)) for bits in test_bits]
    cut = iter(_cut_moments(store, part, features, labels, list(filter(_is_cut, masks))))
    return [
        next(cut) if _is_cut(mask) else _whole_moments(store, part, features, labels, mask)
        for mask in masks
    ]


def _is_cut(mask: Booleans) -> bool:
    """Whether the part has rows on both sides."""
    return bool(mask.any()) and not mask.all()


def _cut_moments(
    store: Path,
    part: Part,
    features: tuple[str, ...],
    labels: tuple[str, ...],
    masks: Sequence[Booleans],
) -> list[Moments]:
    if not masks:
        return []
    flows = read_part(store, part, [*features, "label", "complete"])
    codes = label_codes(flows, {label: code for code, label in enumerate(labels)})
    columns = [flows.column(name).to_numpy() for name in features]
    return [
        column_moments(columns, codes, len(labels), rows=_train_rows(mask, codes)) for mask in masks
    ]


def _whole_moments(
    store: Path, part: Part, features: tuple[str, ...], labels: tuple[str, ...], mask: Booleans
) -> Moments:
    """What ingest has kept, unless all rows are test rows."""
    if mask.any():
        return empty_moments(len(labels), len(features))
    return aligned_moments(load_statistics(store / part.folder), labels)


def _train_rows(test_mask: Booleans, codes: Integers) -> Booleans:
    train = codes >= 0
    train[train] = ~test_mask
    return train
