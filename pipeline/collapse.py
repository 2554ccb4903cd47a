"""Selected columns to counted flows, reduced partition by partition along a tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import dask
import numpy as np
from dask import delayed

from pipeline.canonical import canonical_split
from pipeline.coarseness import EXACT, Rule
from pipeline.count_part import count_part
from pipeline.counted import Counted, merge_counted
from pipeline.distinct import share_with
from pipeline.flows import Split
from pipeline.grain import Grain, grain_of
from pipeline.ladder import Ladder, read_ladder
from pipeline.manifest import Manifest
from pipeline.requests import Collapse, Group, Key, first_rows, group_requests, key_of, of_part

FAN_IN: Final = 8

ROOM: Final = 0.9
"""A share of the rows is chosen to fill the limit by so much, as the number is an estimate."""


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
    """One split for each thing wanted, all from one pass over the partitions, or two.

    What shares features and labels is counted once, with each label, and then told for each task.
    The partitions are read and counted where Dask puts them; their tables meet eight at a time, so
    that no partial result waits for all the others in one place. Each table that breaks the rule is
    made coarser there and then, so what is in memory is bounded by the rule and not by the flows;
    where the level comes to lie depends on all flows together and on nothing else. What only bins
    too coarse to be worth it would keep within the rule is counted again, a share of the rows; that
    it is so is often plain from the first partitions, and then the others are not counted at all.
    """
    groups = group_requests(wanted)
    ladders = _ladders(store, manifest, groups, rule)
    hopeless = _hopeless(store, manifest, groups, ladders, rule)
    asked = {key: replace(group, is_counted=key not in hopeless) for key, group in groups.items()}
    found = _count(store, manifest, asked, ladders, rule)
    coarse = [key for key in groups if key in hopeless or rule.is_too_coarse(found[key].level)]
    if coarse:
        groups |= {key: replace(groups[key], share=_share(found[key], rule)) for key in coarse}
        all_kept = replace(rule, coarsest=None)
        fewer = _count(store, manifest, {key: groups[key] for key in coarse}, ladders, all_kept)
        found |= {key: replace(one, exact_rows=found[key].exact_rows) for key, one in fewer.items()}
    return [
        _collapsed(request, groups[key], found[key], ladders[key])
        for request, key in zip(wanted, map(key_of, wanted), strict=True)
    ]


def _hopeless(
    store: Path,
    manifest: Manifest,
    groups: Mapping[Key, Group],
    ladders: Mapping[Key, Ladder],
    rule: Rule,
) -> set[Key]:
    """The groups that are too coarse by the first partitions alone, as then they are by all."""
    if rule.coarsest is None or len(manifest.parts) < 2 * FAN_IN:
        return set()
    first = replace(manifest, parts=manifest.parts[:FAN_IN])
    found = _count(store, first, groups, ladders, rule)
    return {key for key, one in found.items() if rule.is_too_coarse(one.level)}


def _count(
    store: Path,
    manifest: Manifest,
    groups: Mapping[Key, Group],
    ladders: Mapping[Key, Ladder],
    rule: Rule,
) -> dict[Key, Counted]:
    """What each group comes to, all in one pass over the partitions.

    What a part is asked for goes as one object: Dask would search it for delayed values, part by
    part, while workers wait.
    """
    shared = delayed([ladders[key] for key in groups], pure=False, traverse=False)
    starts = {key: first_rows(manifest, group) for key, group in groups.items()}
    parts = []
    for number, part in enumerate(manifest.parts):
        asked = [of_part(group, number, starts[key][number]) for key, group in groups.items()]
        count = partial(count_part, store, part, asked)
        parts.append(delayed(count, traverse=False)(shared, rule))
    trees = [_tree(parts, place, shared[place], rule) for place in range(len(groups))]
    return dict(zip(groups, dask.compute(*trees), strict=True))


def _share(counted: Counted, rule: Rule) -> float:
    """The share of the rows whose exact values the rule allows, by the estimate and some room."""
    most = rule.limits[EXACT] or rule.limits[-1] or 0
    return share_with(counted.exact_rows, distinct_rows=round(ROOM * most))


def _ladders(
    store: Path, manifest: Manifest, groups: Mapping[Key, Group], rule: Rule
) -> dict[Key, Ladder]:
    """The bins of each group's features, if the rule may come to need them."""
    if rule.limits == (None,):
        return dict.fromkeys(groups, Ladder(bins=(), parents=()))
    names = list(dict.fromkeys(name for group in groups.values() for name in group.features))
    of_all = read_ladder(store, manifest, names)
    return {
        key: of_all.columns([names.index(name) for name in group.features])
        for key, group in groups.items()
    }


def _tree(parts: Sequence[object], place: int, ladder: object, rule: Rule) -> object:
    """All that parts have counted for the group at this place.

    Each merge takes what it needs from a part's list: a task for each to be taken out by would keep
    the scheduler busier than all else.
    """
    tables = [delayed(_merge_parts)(few, place, ladder, rule) for few in _by_fan_in(parts)]
    while len(tables) > 1:
        tables = [delayed(merge_counted)(few, ladder, rule) for few in _by_fan_in(tables)]
    return tables[0]


def _by_fan_in(several: Sequence[object]) -> Iterator[Sequence[object]]:
    return (several[start : start + FAN_IN] for start in range(0, len(several), FAN_IN))


def _merge_parts(
    parts: Sequence[Sequence[Counted]], place: int, ladder: Ladder, rule: Rule
) -> Counted:
    return merge_counted([part[place] for part in parts], ladder, rule)


def _collapsed(request: Collapse, group: Group, counted: Counted, ladder: Ladder) -> Collapsed:
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
    grain = grain_of(counted, ladder, request.features, share=group.share)
    rows = sum(len(mask) - np.count_nonzero(mask) for mask in request.masks)
    return Collapsed(split=split, grain=replace(grain, train_rows=int(rows)))
