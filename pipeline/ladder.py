"""The bins of each feature from finest to coarsest, and the way from one level to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from pipeline.bins import Bins, Codes, nested_bins, parents
from pipeline.manifest import Manifest
from pipeline.quantiles import EXACT_VALUES, Quantiles, merge_quantiles
from pipeline.spread_sample import sample_quantiles
from pipeline.statistics_file import load_statistics
from pipeline.tree import merge_by_tree

RUNS: Final = 128
RUN_ROWS: Final = 1024

Few = Quantiles | None
"""All values of a column with their counts; ``None`` where it has more than are kept."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Ladder:
    """The bins of each feature, from finest to coarsest.

    ``bins[level - 1]`` holds a level's bins, feature by feature; ``parents[level - 1]`` leads from
    them to those of the next level.
    """

    bins: tuple[tuple[Bins, ...], ...]
    parents: tuple[tuple[Codes, ...], ...]

    def columns(self, places: Sequence[int]) -> Ladder:
        """The same for only these features, in the order given."""
        return Ladder(
            bins=tuple(tuple(level[place] for place in places) for level in self.bins),
            parents=tuple(tuple(step[place] for place in places) for step in self.parents),
        )


def read_ladder(store: Path, manifest: Manifest, features: Sequence[str]) -> Ladder:
    """The bins of these features over all rows of the store: the labels play no part.

    A feature with few values has them from the statistics that ingest has kept of every part; one
    with more is cut by a sample of rows. Neither depends on how the rows lie in files.
    """
    places = [manifest.features.index(name) for name in features]
    few = merge_by_tree(
        [str(store / part.folder) for part in manifest.parts],
        load=_Load(tuple(places)),
        merge=_merge,
    )
    many = [name for name, one in zip(features, few, strict=True) if one is None]
    sample = iter(sample_quantiles(store, manifest, many, runs=RUNS, run_rows=RUN_ROWS))
    return make_ladder([next(sample) if one is None else one for one in few])


def make_ladder(quantiles: Sequence[Quantiles]) -> Ladder:
    """The bins of features with these quantiles."""
    bins = tuple(zip(*(nested_bins(one) for one in quantiles), strict=True))
    steps = tuple(tuple(map(parents, fine, coarse)) for fine, coarse in pairwise(bins))
    return Ladder(bins=bins, parents=steps)


@dataclass(frozen=True)
class _Load:
    """Reads the values of the features at these places from a part's folder."""

    places: tuple[int, ...]

    def __call__(self, folder: str) -> tuple[Few, ...]:
        kept = load_statistics(Path(folder)).quantiles
        return tuple(_if_few(kept[place]) for place in self.places)


def _merge(several: Sequence[tuple[Few, ...]]) -> tuple[Few, ...]:
    return tuple(map(_merge_column, zip(*several, strict=True)))


def _merge_column(several: Sequence[Few]) -> Few:
    known = [one for one in several if one is not None]
    return _if_few(merge_quantiles(known)) if len(known) == len(several) else None


def _if_few(column: Quantiles) -> Few:
    is_few = column.rank_error == 0.0 and len(column.values) <= EXACT_VALUES
    return column if is_few else None
