"""The bins of each feature from finest to coarsest, and the way from one level to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from pipeline.bins import Bins, Codes, nested_bins, parents
from pipeline.manifest import Manifest
from pipeline.quantiles import Quantiles, merge_quantiles
from pipeline.statistics_file import load_statistics
from pipeline.tree import merge_by_tree


@dataclass(frozen=True, kw_only=True, eq=False)
class Ladder:
    """The bins of each feature, from finest to coarsest.

    ``bins[level - 1]`` holds a level's bins, feature by feature; ``parents[level - 1]`` leads from
    them to those of the next level.
    """

    bins: tuple[tuple[Bins, ...], ...]
    parents: tuple[tuple[Codes, ...], ...]


def read_ladder(store: Path, manifest: Manifest, features: Sequence[str]) -> Ladder:
    """The bins of these features over all rows of the store: the labels play no part.

    Only the statistics that ingest has kept are read, merged along a tree.
    """
    places = [manifest.features.index(name) for name in features]
    quantiles = merge_by_tree(
        [str(store / part.folder) for part in manifest.parts],
        load=_Load(tuple(places)),
        merge=_merge,
    )
    return make_ladder(quantiles)


def make_ladder(quantiles: Sequence[Quantiles]) -> Ladder:
    """The bins of features with these quantiles."""
    bins = tuple(zip(*(nested_bins(one) for one in quantiles), strict=True))
    steps = tuple(tuple(map(parents, fine, coarse)) for fine, coarse in pairwise(bins))
    return Ladder(bins=bins, parents=steps)


@dataclass(frozen=True)
class _Load:
    """Reads the quantiles of the features at these places from a part's folder."""

    places: tuple[int, ...]

    def __call__(self, folder: str) -> tuple[Quantiles, ...]:
        kept = load_statistics(Path(folder)).quantiles
        return tuple(kept[place] for place in self.places)


def _merge(several: Sequence[tuple[Quantiles, ...]]) -> tuple[Quantiles, ...]:
    return tuple(merge_quantiles(column) for column in zip(*several, strict=True))
