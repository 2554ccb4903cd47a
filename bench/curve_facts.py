"""What run.json says of the ceiling by the number of features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from dask import delayed

from bench.preparation import Key, Preparation
from pipeline.ceiling_curve import MOST_BINS, Curve, CurvePoint, ceiling_curves
from pipeline.row_sample import PartDraw, draw_rows, load_drawn, part_draws
from pipeline.select import Selection
from pipeline.split import SPLITS, Masks

Fact = dict[str, object]


Draws = Sequence[PartDraw]
"""What is drawn of each part."""


def curve_draws(plan: Preparation, masks: Mapping[str, Masks]) -> dict[str, Draws]:
    """For each split the test rows that its curves rest on; none if curves are unwanted."""
    suite = plan.suite
    if not suite.ceiling_rows:
        return {}
    drawn = {
        split: draw_rows(of_split, rows=suite.ceiling_rows, seed=suite.seed)
        for split, of_split in masks.items()
    }
    return {split: part_draws(rows, plan.work / f"sample-{split}") for split, rows in drawn.items()}


def curve_facts(
    plan: Preparation,
    masks: Mapping[str, Masks],
    selections: Mapping[Key, Selection],
    draws: Mapping[str, Draws],
) -> tuple[Fact, ...]:
    """The ceiling of each task and split on the best k features, for every k; none if unwanted."""
    if not draws or not selections:
        return ()
    wanted = [
        Curve(split=split, features=selection.ranked, class_of=plan.classes(task))
        for (task, split), selection in selections.items()
    ]
    paths = {split: [draw.path for draw in draws[split]] for _, split in selections}
    samples = {split: delayed(load_drawn)(of_split) for split, of_split in paths.items()}
    curves = ceiling_curves(plan.manifest.features, wanted, samples)
    eligible = {split: _eligible(masks[split]) for split in draws}
    return tuple(
        _fact(task, point, split=split, rows=eligible[split])
        for (task, split), points in zip(selections, curves, strict=True)
        for point in points
    )


def _eligible(masks: Masks) -> int:
    """The rows that a sample is drawn from: those that are marked, or all where none is."""
    return sum(int(mask.sum()) for mask in masks) or sum(map(len, masks))


def _fact(task: str, point: CurvePoint, *, split: str, rows: int) -> Fact:
    found = asdict(point)
    limits = found.pop("bounds")
    return {
        "task": task,
        "split": split,
        "value": limits["ceiling"],
        "leave_one_out": limits["leave_one_out"],
        "lone_rows": limits["lone_rows"],
        "sampled_from": "test rows" if SPLITS[split].marks_rows else "rows",
        "sampled_of": rows,
        "bins": MOST_BINS,
        **found,
    }
