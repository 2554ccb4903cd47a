"""The tasks: what a label becomes when attacks, families or just attack-or-not are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from pipeline.dataset import UNKNOWN, Dataset
from pipeline.errors import DataError, unknown

BENIGN = "Benign"
ATTACK = "Attack"


def class_of(label: str, *, task: str, dataset: Dataset) -> str:
    """The class of a label in a task; a label outside the taxonomy is its own attack.

    >>> from pipeline.dataset import load_dataset
    >>> [class_of("XSS", task=task, dataset=load_dataset()) for task in TASKS]
    ['XSS', 'Web', 'Attack']
    """
    return find_task(task)(label, dataset)


def benign_classes(dataset: Dataset, *, task: str) -> tuple[str, ...]:
    """The classes of a task that are no attack.

    >>> from pipeline.dataset import load_dataset
    >>> [benign_classes(load_dataset(), task=task) for task in TASKS]
    [('BenignTraffic',), ('Benign',), ('Benign',)]
    """
    benign = [
        label for label, family in dataset.families.items() if family == dataset.benign_family
    ]
    return tuple(sorted({class_of(label, task=task, dataset=dataset) for label in benign}))


def find_task(name: str) -> Callable[[str, Dataset], str]:
    """The function from label to class; an unknown task's error says the nearest right name."""
    if name in TASKS:
        return TASKS[name]
    raise DataError(unknown("task", name, TASKS))


def _attack(label: str, _dataset: Dataset) -> str:
    return label


def _family(label: str, dataset: Dataset) -> str:
    return dataset.family_of(label)


def _binary(label: str, dataset: Dataset) -> str:
    family = dataset.family_of(label)
    return {dataset.benign_family: BENIGN, UNKNOWN: UNKNOWN}.get(family, ATTACK)


TASKS: Final[Mapping[str, Callable[[str, Dataset], str]]] = {
    "attack": _attack,
    "family": _family,
    "binary": _binary,
}
