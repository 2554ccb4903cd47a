"""The published figures that synthetic rows are held against: what ``study.toml`` says."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, kw_only=True)
class Study:
    """What a notebook study printed about DDoS rows, and what is published for all labels.

    Attributes
    ----------
    ddos_rows
        How many rows the study had.
    mean, std, quartiles
        Of its columns; a quartile is NaN where it is no mass point.
    selected
        Its ten best features.
    ceiling
        Lowest and highest credible ceiling on them.
    accuracy
        Of its single models, by the zoo's names.
    stack_accuracy, stack_members
        Of its three best together.
    all_labels
        On all 34 labels and all features: accuracy and macro F1.
    learned
        Not published: macro F1 by the simulated rows learned from, of the models on all labels.
    """

    ddos_rows: int
    mean: Mapping[str, float]
    std: Mapping[str, float]
    quartiles: Mapping[str, tuple[float, float, float]]
    selected: tuple[str, ...]
    ceiling: tuple[float, float]
    accuracy: Mapping[str, float]
    stack_accuracy: float
    stack_members: tuple[str, ...]
    all_labels: Mapping[str, tuple[float, float]]
    learned: Mapping[str, Sequence[tuple[int, float]]]


@cache
def load_study() -> Study:
    """The study as shipped.

    >>> load_study().ddos_rows, len(load_study().selected)
    (173777, 10)
    """
    text = files("pipeline.synthetic").joinpath("study.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    stack = table.pop("stack")
    return Study(
        **table | {"selected": tuple(table["selected"])},
        stack_accuracy=stack["accuracy"],
        stack_members=tuple(stack["members"]),
    )
