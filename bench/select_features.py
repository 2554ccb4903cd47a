"""The features of every task and split: chosen on the training part, and anew inside each fold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bench.preparation import Key, Preparation
from pipeline.class_bins import of_classes
from pipeline.evidence import Evidence, SplitEvidence, gather_evidence
from pipeline.flows import Integers
from pipeline.labelled import usable_rows
from pipeline.lint import Facts, Finding, lint
from pipeline.moments import Moments
from pipeline.relevance import mutual_information
from pipeline.row_folds import RowFolds, deal_rows, undealt_rows
from pipeline.row_sample import PartDraw
from pipeline.select import Selection, select
from pipeline.split import SPLITS, Masks


@dataclass(frozen=True, kw_only=True, eq=False)
class Chosen:
    """What was selected for one task and split, and what was found on the way.

    ``of_folds`` holds for each fold what is selected without its rows; it is empty where features
    are selected on all rows. ``mutual_information`` is in nats, from ``binned_rows`` rows.
    """

    whole: Selection
    of_folds: tuple[Selection, ...]
    mutual_information: tuple[float, ...]
    binned_rows: int
    findings: tuple[Finding, ...]

    @property
    def own_features(self) -> dict[int, tuple[str, ...]]:
        """The features of each fold that does not select those of the whole training part."""
        return {
            fold: selection.selected
            for fold, selection in enumerate(self.of_folds)
            if selection.selected != self.whole.selected
        }


def deal_folds(plan: Preparation, masks: Mapping[str, Masks]) -> dict[str, RowFolds]:
    """The folds of the rows of every split that selects on its training rows.

    There is but one fold where the suite asks for none. Splits that select on all rows have none.
    """
    suite = plan.suite
    inside = [name for name in masks if suite.select_on == "train" and SPLITS[name].marks_rows]
    if not inside:
        return {}
    return deal_rows(
        plan.store,
        plan.manifest,
        labels=plan.labels,
        splits={name: masks[name] for name in inside},
        folds={name: suite.folds if name in suite.chosen_splits else 1 for name in inside},
        seed=suite.seed,
        folder=plan.work,
    )


def select_features(
    plan: Preparation,
    row_folds: Mapping[str, RowFolds],
    samples: Sequence[Sequence[PartDraw]] = (),
) -> dict[Key, Chosen]:
    """What to keep of the features, for every task and split; one pass over the partitions.

    The pass also keeps the samples that others will need.
    """
    wanted = {split: row_folds.get(split, _all_rows(plan)) for split in plan.suite.splits}
    distinct = list(dict.fromkeys(wanted.values()))
    evidence = gather_evidence(
        plan.store, plan.manifest, labels=plan.labels, splits=distinct, samples=samples
    )
    found = dict(zip(distinct, evidence.splits, strict=True))
    return {
        (task, split): _choose(plan, task, found[wanted[split]], evidence)
        for task in plan.suite.tasks
        for split in plan.suite.splits
    }


def _all_rows(plan: Preparation) -> RowFolds:
    return undealt_rows([usable_rows(part, plan.labels) for part in plan.manifest.parts])


def _choose(plan: Preparation, task: str, found: SplitEvidence, evidence: Evidence) -> Chosen:
    classes = plan.classes(task)
    names = sorted(set(classes.values()))
    codes = np.array([names.index(name) for name in classes.values()], np.int64)
    moments = _of_folds(found.moments, codes, len(names))
    bins = of_classes(found.bins, codes, classes=len(names))
    facts = Facts(
        features=plan.manifest.features, moments=moments[0], bins=bins, equal=evidence.equal
    )
    return Chosen(
        whole=_select(plan, moments[0]),
        of_folds=tuple(_select(plan, without) for without in moments[1:]),
        mutual_information=tuple(mutual_information(bins)),
        binned_rows=int(bins[0].sum()),
        findings=lint(facts),
    )


def _select(plan: Preparation, moments: Moments) -> Selection:
    return select(moments, features=plan.manifest.features, k=plan.suite.features)


def _of_folds(moments: Moments, codes: Integers, classes: int) -> list[Moments]:
    """The moments by class of all training rows, then of those without each fold, if any."""
    folds = len(moments.count) // len(codes)
    cells = np.repeat(codes, folds)
    fold = np.tile(np.arange(folds), len(codes))
    held_out = range(folds if folds > 1 else 0)
    without = [moments.regroup(np.where(fold == one, -1, cells), classes) for one in held_out]
    return [moments.regroup(cells, classes), *without]
