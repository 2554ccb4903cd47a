"""From a store to counted flows on disk: select, split and collapse for every task and split."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from math import isinf
from pathlib import Path

import numpy as np

from bench.bundle import save_bundle
from bench.errors import BenchError
from bench.split_facts import split_facts
from bench.suite import Suite
from pipeline.collapse import Collapse, collapse
from pipeline.dataset import Dataset
from pipeline.flows import Split
from pipeline.labelled import usable_rows
from pipeline.manifest import Manifest
from pipeline.moments import Moments
from pipeline.select import Selection, select
from pipeline.split import SPLITS, Masks, deal_flows, mark_test_rows, no_test_rows
from pipeline.taxonomy import class_of
from pipeline.train_moments import train_moments

Key = tuple[str, str]
"""A task and a split."""

Stage = Callable[[str], AbstractContextManager[None]]
"""What times and shows a stage."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Preparation:
    """What is to be counted: the suite's tasks and splits of the flows with these labels.

    ``work`` is the folder that takes the counted flows.
    """

    suite: Suite
    dataset: Dataset
    store: Path
    manifest: Manifest
    labels: tuple[str, ...]
    work: Path

    def classes(self, task: str) -> dict[str, str]:
        """Label to class."""
        return {label: class_of(label, task=task, dataset=self.dataset) for label in self.labels}


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """What the zoo needs, and what the run's files say of it.

    ``bundles`` holds a file for each task and split, ``refusals`` a sentence for each on which no
    model can be fitted; ``facts`` and ``selections`` are entries of ``run.json`` and
    ``selection.json``.
    """

    bundles: Mapping[Key, Path]
    refusals: Mapping[Key, str]
    selections: tuple[dict[str, object], ...]
    facts: Mapping[str, object]


def prepare(plan: Preparation, *, stage: Stage) -> Prepared:
    """Count the flows of every task on every split, and put them where workers find them."""
    with stage("split"):
        masks = _masks(plan)
    with stage("select"):
        selections = _select(plan, masks)
    with stage("collapse"):
        splits = _collapse(plan, masks, selections)
        bundles = {key: _bundle(plan, key, split) for key, split in splits.items()}
    return Prepared(
        bundles=bundles,
        refusals={key: why for key, split in splits.items() if (why := _refusal(split))},
        selections=tuple(_selection_json(plan.suite, *item) for item in selections.items()),
        facts=split_facts(splits, masks, test_size=plan.suite.test_size),
    )


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


def _select(plan: Preparation, masks: Mapping[str, Masks]) -> dict[Key, Selection]:
    moments = _label_moments(plan, masks)
    return {
        (task, split): select(
            _of_classes(moments[split], plan.classes(task)),
            features=plan.manifest.features,
            k=plan.suite.features,
        )
        for task in plan.suite.tasks
        for split in plan.suite.splits
    }


def _label_moments(plan: Preparation, masks: Mapping[str, Masks]) -> dict[str, Moments]:
    """The moments to select by, for each split: of its training rows, or of all rows."""
    wanted = masks
    if plan.suite.select_on == "all":
        wanted = {"all": no_test_rows([len(mask) for mask in next(iter(masks.values()))])}
    found = train_moments(
        plan.store, plan.manifest, labels=plan.labels, splits=list(wanted.values())
    )
    moments = dict(zip(wanted, found, strict=True))
    return {split: moments.get(split, found[0]) for split in masks}


def _of_classes(moments: Moments, classes: Mapping[str, str]) -> Moments:
    names = sorted(set(classes.values()))
    codes = np.array([names.index(name) for name in classes.values()], np.int64)
    return moments.regroup(codes, len(names))


def _collapse(
    plan: Preparation, masks: Mapping[str, Masks], selections: Mapping[Key, Selection]
) -> dict[Key, Split]:
    wanted = [
        Collapse(
            split=split,
            features=selection.selected,
            class_of=plan.classes(task),
            masks=masks[split],
        )
        for (task, split), selection in selections.items()
    ]
    suite = plan.suite
    dealt = [
        deal_flows(counted, test_size=suite.test_size, seed=suite.split_seed)
        for counted in collapse(plan.store, plan.manifest, wanted)
    ]
    return dict(zip(selections, dealt, strict=True))


def _bundle(plan: Preparation, key: Key, split: Split) -> Path:
    path = plan.work / f"{'-'.join(key)}.npz"
    fold = SPLITS[split.name].fold
    folds = fold(split.train, folds=plan.suite.folds, seed=plan.suite.seed)
    save_bundle(path, split, folds)
    return path


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


def _selection_json(suite: Suite, key: Key, selection: Selection) -> dict[str, object]:
    task, split = key
    rows = zip(selection.features, selection.F.tolist(), selection.p.tolist(), strict=True)
    return {
        "task": task,
        "split": split,
        "select_on": suite.select_on if SPLITS[split].marks_rows else "all",
        "k": suite.features,
        "rows": selection.rows,
        "features": [
            {
                "feature": name,
                "F": F,
                "p": p,
                "selected": name in selection.selected,
                "warning": "the same within every class: F is infinite" if isinf(F) else None,
            }
            for name, F, p in rows
        ],
    }
