"""What run.json says of each split: what it holds out, its ceiling, its label conflicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from bench.preparation import Key
from pipeline.ceiling import bounds, known_rows
from pipeline.conflicts import label_conflicts
from pipeline.flows import Split
from pipeline.split import SPLITS, Masks

Fact = dict[str, object]


def split_facts(
    splits: Mapping[Key, Split], masks: Mapping[str, Masks], *, test_size: float
) -> dict[str, tuple[Fact, ...]]:
    """Entries of ``run.json``, a list each with a fact for every task and split that has one."""
    tested = {key: split for key, split in splits.items() if split.test.rows}
    return {
        "splits": tuple(
            _held_out(task, split, masks[name], test_size) for (task, name), split in splits.items()
        ),
        "ceiling": tuple(_ceiling(task, split) for (task, _), split in tested.items()),
        "conflicts": tuple(_conflicts(task, split) for (task, _), split in splits.items()),
    }


def _held_out(task: str, split: Split, masks: Masks, test_size: float) -> Fact:
    kind = SPLITS[split.name]
    files = [mask for mask in masks if len(mask)]
    return {
        "task": task,
        "split": split.name,
        "explanation": kind.explanation,
        "test_size": test_size,
        "rows": split.flows.rows,
        "test_rows": split.test.rows,
        "known_test_rows": known_rows(split),
        "distinct_rows": split.flows.distinct_rows,
        "files": len(files),
        "test_files": sum(bool(mask.all()) for mask in files),
    }


def _ceiling(task: str, split: Split) -> Fact:
    limits = bounds(split.test)
    return {
        "task": task,
        "split": split.name,
        "k": len(split.flows.features),
        "value": limits.ceiling,
        "leave_one_out": limits.leave_one_out,
        "lone_rows": limits.lone_rows,
        "rows": split.test.rows,
        "distinct_rows": split.test.distinct_rows,
    }


def _conflicts(task: str, split: Split) -> Fact:
    return {"task": task, "split": split.name, **asdict(label_conflicts(split.flows))}
