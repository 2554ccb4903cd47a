"""The collapse of every task and split, on each selection of features that it needs."""

from __future__ import annotations

from collections.abc import Mapping

from bench.grains import grain_rule
from bench.preparation import Key, Preparation
from bench.select_features import Chosen
from pipeline.collapse import Collapsed, collapse_by_rule
from pipeline.requests import Collapse
from pipeline.row_folds import RowFolds
from pipeline.shared_masks import share_masks
from pipeline.split import Masks, deal_flows

Features = tuple[str, ...]


def count_splits(
    plan: Preparation,
    masks: Mapping[str, Masks],
    row_folds: Mapping[str, RowFolds],
    chosen: Mapping[Key, Chosen],
) -> dict[Key, dict[Features, Collapsed]]:
    """For each task and split, its flows counted on each selection of features that it needs."""
    wanted = [
        (key, features)
        for key, found in chosen.items()
        for features in dict.fromkeys([found.whole.selected, *found.own_features.values()])
    ]
    shared = {
        name: share_masks(of_split, plan.work / f"mask-{name}.npy")
        for name, of_split in masks.items()
    }
    requests = [
        Collapse(
            split=split,
            features=features,
            class_of=plan.classes(task),
            masks=masks[split],
            row_folds=row_folds.get(split),
            shared=shared[split],
        )
        for (task, split), features in wanted
    ]
    suite = plan.suite
    found = collapse_by_rule(plan.store, plan.manifest, requests, rule=grain_rule(suite))
    counted: dict[Key, dict[Features, Collapsed]] = {key: {} for key in chosen}
    for (key, features), one in zip(wanted, found, strict=True):
        dealt = deal_flows(one.split, test_size=suite.test_size, seed=suite.split_seed)
        counted[key][features] = Collapsed(split=dealt, grain=one.grain)
    return counted
