"""From a store to counted flows on disk: select, split and collapse for every task and split."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from bench.bundle import save_bundle
from bench.count_splits import Features, count_splits
from bench.curve_facts import curve_draws, curve_facts
from bench.errors import BenchError
from bench.fold_tables import FoldTable
from bench.grains import grain_json
from bench.preparation import Key, Preparation
from bench.rows.plan import RowPlan, row_plans
from bench.select_features import Chosen, deal_folds, select_features
from bench.selection_json import selection_json
from bench.split_facts import split_facts
from pipeline.coarseness import GRAINS
from pipeline.collapse import Collapsed
from pipeline.flows import Integers, Split
from pipeline.grain import Grain
from pipeline.labelled import usable_rows
from pipeline.rows.source import RowSource
from pipeline.split import SPLITS, Masks, mark_test_rows

Stage = Callable[[str], AbstractContextManager[None]]
"""What times and shows a stage."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """What the zoo needs, and what the run's files say of it.

    ``bundles`` holds a file for each task and split whose flows are counted, ``grains`` how finely
    they were told apart, ``rows`` a plan for each whose flows are taken as rows, ``refusals`` a
    sentence for each on which no model can be fitted; ``facts`` and ``selections`` are entries of
    ``run.json`` and ``selection.json``.
    """

    bundles: Mapping[Key, Path]
    grains: Mapping[Key, Grain]
    rows: Mapping[Key, RowPlan]
    refusals: Mapping[Key, str]
    selections: tuple[dict[str, object], ...]
    facts: Mapping[str, object]


def prepare(plan: Preparation, *, stage: Stage) -> Prepared:
    """Count the flows of every task on every split, and put them where workers find them."""
    with stage("split"):
        masks = _masks(plan)
    with stage("select"):
        row_folds = deal_folds(plan, masks)
        counts_flows = GRAINS[plan.suite.grain].counts_flows
        draws = curve_draws(plan, masks) if counts_flows else {}
        chosen = select_features(plan, row_folds, list(draws.values()))
    if not counts_flows:
        return _as_rows(plan, masks, chosen, stage=stage)
    with stage("collapse"):
        row_folds = {name: folds for name, folds in row_folds.items() if folds.folds > 1}
        counted = count_splits(plan, masks, row_folds, chosen)
        bundles = {key: _bundle(plan, key, chosen[key], of_key) for key, of_key in counted.items()}
    whole = {key: of_key[chosen[key].whole.selected] for key, of_key in counted.items()}
    splits = {key: found.split for key, found in whole.items()}
    grains = {key: found.grain for key, found in whole.items()}
    with stage("ceiling"):
        tested = {key: chosen[key].whole for key, split in splits.items() if split.test.rows}
        facts = split_facts(splits, masks, test_size=plan.suite.test_size)
        curves = curve_facts(plan, masks, tested, draws)
    return Prepared(
        bundles=bundles,
        grains=grains,
        rows={},
        refusals={key: why for key, split in splits.items() if (why := _refusal(split))},
        selections=tuple(selection_json(plan.suite, *item) for item in chosen.items()),
        facts=facts
        | {
            "ceiling": (*facts["ceiling"], *curves),
            "grain": grain_json(plan.suite, grains),
        },
    )


def _as_rows(
    plan: Preparation,
    masks: Mapping[str, Masks],
    chosen: Mapping[Key, Chosen],
    *,
    stage: Stage,
) -> Prepared:
    with stage("sample"):
        rows = row_plans(_sources(plan, masks, chosen), plan.suite, plan.work)
    return Prepared(
        bundles={},
        grains={},
        rows=rows,
        refusals={},
        selections=tuple(selection_json(plan.suite, *item) for item in chosen.items()),
        facts={},
    )


def _sources(
    plan: Preparation, masks: Mapping[str, Masks], chosen: Mapping[Key, Chosen]
) -> dict[Key, RowSource]:
    return {
        (task, split): RowSource(
            store=plan.store,
            manifest=plan.manifest,
            split=split,
            features=found.whole.selected,
            class_of=plan.classes(task),
            masks=masks[split],
        )
        for (task, split), found in chosen.items()
    }


def _masks(plan: Preparation) -> dict[str, Masks]:
    part_rows = [usable_rows(part, plan.labels) for part in plan.manifest.parts]
    if not sum(part_rows):
        raise BenchError(
            f"{plan.store}: no complete flow carries a label that suite '{plan.suite.name}' asks"
            f" for; the store has: {', '.join(plan.manifest.labels) or 'no flows'}"
        )
    suite = plan.suite
    return {
        name: mark_test_rows(name, part_rows, test_size=suite.test_size, seed=suite.split_seed)
        for name in suite.splits
    }


def _bundle(
    plan: Preparation, key: Key, chosen: Chosen, counted: Mapping[Features, Collapsed]
) -> Path:
    path = plan.work / f"{'-'.join(key)}.npz"
    whole = counted[chosen.whole.selected].split
    own = {fold: counted[features].split for fold, features in chosen.own_features.items()}
    tables = {
        fold: FoldTable(train=split.train, folds=_fold_counts(plan, split))
        for fold, split in own.items()
    }
    save_bundle(path, whole, _fold_counts(plan, whole), own=tables)
    return path


def _fold_counts(plan: Preparation, split: Split) -> Integers:
    """As the rows were dealt, or else dealt now that they are counted."""
    if split.train_folds is not None:
        return split.train_folds
    fold = SPLITS[split.name].fold
    return fold(split.train, folds=plan.suite.folds, seed=plan.suite.seed)


def _refusal(split: Split) -> str | None:
    """Why there is nothing to learn from a split, if there is not."""
    trained = sorted({split.flows.labels[code] for code in split.train.y})
    if not trained or not split.test.rows:
        side = "test" if trained else "training"
        return (
            f"no {side} flow is left by the {split.name} split; choose another split or more files"
        )
    if len(trained) > 1:
        return None
    return f"all training flows are of one class ({trained[0]}); choose another task or more labels"
