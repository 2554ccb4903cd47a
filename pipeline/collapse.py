"""Selected columns to counted flows, reduced partition by partition along a tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import dask
from dask import delayed

from pipeline.canonical import canonical_split
from pipeline.coarseness import Rule
from pipeline.count_part import PartGroup, count_part
from pipeline.counted import Counted, merge_counted
from pipeline.flows import Booleans, Split
from pipeline.grain import Grain, grain_of
from pipeline.labelled import pack
from pipeline.ladder import Ladder, read_ladder
from pipeline.manifest import Manifest
from pipeline.row_folds import RowFolds

FAN_IN: Final = 8


@dataclass(frozen=True, kw_only=True, eq=False)
class Collapse:
    """What to count: these columns, these labels as these classes, these rows as test rows.

    ``class_of`` maps a label to its class; flows of other labels are left out, as are incomplete
    ones. ``masks`` holds, for each part of the manifest, bool (usable rows,). Where the training
    rows have been dealt to folds, ``row_folds`` has them counted by fold, too.
    """

    split: str
    features: tuple[str, ...]
    class_of: Mapping[str, str]
    masks: tuple[Booleans, ...]
    row_folds: RowFolds | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes, sorted; a class's place is its code."""
        return tuple(sorted(set(self.class_of.values())))


@dataclass(frozen=True, kw_only=True, eq=False)
class Collapsed:
    """One split, and how finely its flows were told apart."""

    split: Split
    grain: Grain


def collapse(store: Path, manifest: Manifest, wanted: Sequence[Collapse]) -> list[Split]:
    """One split for each thing wanted, values as they are, however many distinct flows."""
    return [found.split for found in collapse_by_rule(store, manifest, wanted, rule=Rule())]


def collapse_by_rule(
    store: Path, manifest: Manifest, wanted: Sequence[Collapse], *, rule: Rule
) -> list[Collapsed]:
    """One split for each thing wanted, all from one pass over the partitions.

    What shares features and labels is counted once, with each label, and then told for each task.
    The partitions are read and counted where Dask puts them; their tables meet eight at a time, so
    that no partial result waits for all the others in one place. Each table that breaks the rule is
    made coarser there and then, so what is in memory is bounded by the rule and not by the flows;
    where the level comes to lie depends on all flows together and on nothing else.
    """
    of_key = _groups(wanted)
    groups = list(of_key.values())
    ladders = [_ladder(store, manifest, group, rule) for group in groups]
    shared = [delayed(ladder, pure=False) for ladder in ladders]
    parts = [
        delayed(count_part, nout=len(groups))(
            store, part, [_of_part(group, number) for group in groups], shared, rule
        )
        for number, part in enumerate(manifest.parts)
    ]
    trees = [
        _tree([part[place] for part in parts], ladder, rule) for place, ladder in enumerate(shared)
    ]
    counted = zip(groups, dask.compute(*trees), ladders, strict=True)
    found = dict(zip(of_key, counted, strict=True))
    return [_collapsed(request, *found[_key(request)]) for request in wanted]


_Key = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Marks:
    """Which rows are test rows, and the folds of the others; tasks on one split share them."""

    masks: tuple[Booleans, ...]
    row_folds: RowFolds | None

    def are_of(self, request: Collapse) -> bool:
        """Whether a request has these very marks."""
        return self.masks is request.masks and self.row_folds is request.row_folds

    @property
    def folds(self) -> int:
        """How many folds the training rows were dealt to."""
        return self.row_folds.folds if self.row_folds else 0


@dataclass(frozen=True, kw_only=True, eq=False)
class _Group:
    """What is counted together: the same features and labels, marked by one or several splits."""

    features: tuple[str, ...]
    labels: tuple[str, ...]
    marks: list[_Marks]


def _groups(wanted: Sequence[Collapse]) -> dict[_Key, _Group]:
    groups: dict[_Key, _Group] = {}
    for request in wanted:
        features, labels = _key(request)
        group = groups.setdefault(
            (features, labels), _Group(features=features, labels=labels, marks=[])
        )
        if not any(marks.are_of(request) for marks in group.marks):
            group.marks.append(_Marks(masks=request.masks, row_folds=request.row_folds))
    return groups


def _key(request: Collapse) -> _Key:
    return request.features, tuple(sorted(request.class_of))


def _ladder(store: Path, manifest: Manifest, group: _Group, rule: Rule) -> Ladder:
    """The bins, if the rule may come to need them."""
    if rule.limits == (None,):
        return Ladder(bins=(), parents=())
    return read_ladder(store, manifest, group.features)


def _of_part(group: _Group, number: int) -> PartGroup:
    return PartGroup(
        features=group.features,
        codes={label: code for code, label in enumerate(group.labels)},
        marks=[
            (pack(one.masks[number]), one.row_folds.parts[number] if one.row_folds else None)
            for one in group.marks
        ],
    )


def _tree(tables: Sequence[object], ladder: object, rule: Rule) -> object:
    while len(tables) > 1:
        groups = [tables[i : i + FAN_IN] for i in range(0, len(tables), FAN_IN)]
        tables = [delayed(merge_counted)(group, ladder, rule) for group in groups]
    return tables[0]


def _collapsed(request: Collapse, group: _Group, counted: Counted, ladder: Ladder) -> Collapsed:
    place, marks = next((n, one) for n, one in enumerate(group.marks) if one.are_of(request))
    split = canonical_split(
        counted,
        ladder,
        name=request.split,
        features=request.features,
        classes=[request.class_of[label] for label in group.labels],
        test=f"test{place}",
        folds=[f"fold{place}_{n}" for n in range(marks.folds)],
    )
    return Collapsed(split=split, grain=grain_of(counted, ladder, request.features))
