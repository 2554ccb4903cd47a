"""Selected columns to counted flows, reduced partition by partition along a tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import dask
import numpy as np
from dask import delayed

from pipeline.canonical import canonical_split
from pipeline.coarseness import EXACT, Rule
from pipeline.count_part import count_part
from pipeline.counted import ROWS_AT_ONCE, Counted, bounded, merge_counted
from pipeline.distinct import DistinctSketch, share_with
from pipeline.drawn import Drawn, count_drawn, merge_drawn
from pipeline.flows import Split
from pipeline.grain import Grain, grain_of
from pipeline.ladder import Ladder, read_ladder
from pipeline.manifest import Manifest
from pipeline.requests import Collapse, Group, Key, first_rows, group_requests, key_of, of_part

FAN_IN: Final = 8

ROOM: Final = 0.9
"""A share of the rows is chosen to fill the limit by so much, as the number is an estimate."""

SPARE: Final = 1.25
"""So many times the share that the first partitions foretell is drawn."""


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
    where the level comes to lie depends on all flows together and on nothing else.

    Of what only bins too coarse to be worth it would keep within the rule, a share of the rows is
    counted instead. That it will be so is often plain from the first partitions. Then the pass
    draws rows, some more than these partitions foretell the share to be, and the share is taken
    from them once it is known how many of all rows differ. What was not foretold, or not well
    enough, is counted in a second pass.
    """
    groups = group_requests(wanted)
    flows = _Flows(store, manifest, _ladders(store, manifest, groups, rule))
    drawn = _to_draw(flows, groups, rule)
    found = _count(flows, groups | drawn, rule)
    coarse = [key for key in groups if rule.is_too_coarse(found[key].level)]
    groups |= {
        key: replace(groups[key], share=_share(found[key].exact_rows, rule))
        for key in (*drawn, *coarse)
    }
    if coarse:
        fewer = _count(flows, {key: groups[key] for key in coarse}, _all_kept(rule))
        found |= {key: replace(one, exact_rows=found[key].exact_rows) for key, one in fewer.items()}
    return [
        _collapsed(request, groups[key], found[key], flows.ladders[key])
        for request, key in zip(wanted, map(key_of, wanted), strict=True)
    ]


class _Flows(NamedTuple):
    """The flows, and how they can be made coarser for each group."""

    store: Path
    manifest: Manifest
    ladders: Mapping[Key, Ladder]


def _to_draw(flows: _Flows, groups: Mapping[Key, Group], rule: Rule) -> dict[Key, Group]:
    """The groups that are too coarse by the first partitions alone, as then they are by all."""
    manifest = flows.manifest
    if rule.coarsest is None or len(manifest.parts) < 2 * FAN_IN:
        return {}
    first = flows._replace(manifest=replace(manifest, parts=manifest.parts[:FAN_IN]))
    return {
        key: replace(groups[key], is_counted=False, share=_foretold(one, groups[key], flows, rule))
        for key, one in _count(first, groups, rule).items()
        if rule.is_too_coarse(one.level)
    }


def _foretold(first: Counted, group: Group, flows: _Flows, rule: Rule) -> float:
    """The share of the rows that is surely enough, if the others are as those of the first parts.

    None are drawn where they would be all, or too many to be kept one by one.
    """
    starts = first_rows(flows.manifest, group)
    share = SPARE * _share(first.exact_rows, rule) * starts[FAN_IN] / starts[-1]
    return share if share < 1.0 and share * starts[-1] <= ROWS_AT_ONCE else 0.0


def _count(flows: _Flows, groups: Mapping[Key, Group], rule: Rule) -> dict[Key, Counted]:
    """What each group comes to, all in one pass over the partitions.

    What was drawn comes back counted at its share, or as too coarse where that turns out to be
    larger. What a part is asked for goes as one object: Dask would search it for delayed values,
    part by part, while workers wait.
    """
    shared = delayed([flows.ladders[key] for key in groups], pure=False, traverse=False)
    starts = {key: first_rows(flows.manifest, group) for key, group in groups.items()}
    parts = []
    for number, part in enumerate(flows.manifest.parts):
        asked = [of_part(group, number, starts[key][number]) for key, group in groups.items()]
        count = partial(count_part, flows.store, part, asked)
        parts.append(delayed(count, traverse=False)(shared, rule))
    trees = [_tree(parts, place, shared[place], rule) for place in range(len(groups))]
    return dict(zip(groups, dask.compute(*trees), strict=True))


def _share(exact_rows: DistinctSketch, rule: Rule) -> float:
    """The share of the rows whose exact values the rule allows, by the estimate and some room."""
    most = rule.limits[EXACT] or rule.limits[-1] or 0
    return share_with(exact_rows, distinct_rows=round(ROOM * most))


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
        tables = [delayed(_merge)(few, ladder, rule) for few in _by_fan_in(tables)]
    return delayed(_at_share)(tables[0], ladder, rule)


def _at_share(found: Counted | Drawn, ladder: Ladder, rule: Rule) -> Counted:
    """What was drawn, counted at its share, where it lies and not where all groups meet.

    Where fewer rows were drawn it is past all levels, and without rows.
    """
    if isinstance(found, Counted):
        return found
    share = _share(found.exact_rows, rule)
    if share <= found.share:
        return bounded(count_drawn(found, share), ladder, _all_kept(rule))
    return replace(count_drawn(found, 0.0), level=len(rule.limits))


def _all_kept(rule: Rule) -> Rule:
    """The same limits, and no bins too coarse."""
    return replace(rule, coarsest=None)


def _by_fan_in(several: Sequence[object]) -> Iterator[Sequence[object]]:
    return (several[start : start + FAN_IN] for start in range(0, len(several), FAN_IN))


def _merge_parts(
    parts: Sequence[Sequence[Counted | Drawn]], place: int, ladder: Ladder, rule: Rule
) -> Counted | Drawn:
    return _merge([part[place] for part in parts], ladder, rule)


def _merge(several: Sequence[Counted | Drawn], ladder: Ladder, rule: Rule) -> Counted | Drawn:
    """All the rows of a group, which are either counted in all parts or drawn in all."""
    drawn = [one for one in several if isinstance(one, Drawn)]
    if drawn:
        return merge_drawn(drawn)
    return merge_counted([one for one in several if isinstance(one, Counted)], ladder, rule)


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
