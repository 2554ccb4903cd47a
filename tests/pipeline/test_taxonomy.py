from __future__ import annotations

import pytest

from pipeline.dataset import load_dataset
from pipeline.errors import DataError
from pipeline.taxonomy import TASKS, class_of


@pytest.mark.parametrize(("task", "classes"), [("attack", 34), ("family", 8), ("binary", 2)])
def test_each_task_has_its_number_of_classes(task, classes):
    dataset = load_dataset()
    assert len({class_of(label, task=task, dataset=dataset) for label in dataset.families}) == (
        classes
    )


@pytest.mark.parametrize(
    ("task", "name"), [("attack", "Worm"), ("family", "unknown"), ("binary", "unknown")]
)
def test_a_label_outside_the_taxonomy_is_its_own_attack_and_else_unknown(task, name):
    assert class_of("Worm", task=task, dataset=load_dataset()) == name


@pytest.mark.parametrize("task", TASKS)
def test_benign_traffic_is_apart_from_every_attack(task):
    dataset = load_dataset()
    benign = class_of("BenignTraffic", task=task, dataset=dataset)
    others = {label for label in dataset.families if label != "BenignTraffic"}
    assert benign not in {class_of(label, task=task, dataset=dataset) for label in others}


def test_an_unknown_task_says_the_nearest_one():
    with pytest.raises(DataError, match="did you mean 'family'"):
        class_of("XSS", task="familly", dataset=load_dataset())
