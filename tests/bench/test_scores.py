from __future__ import annotations

import numpy as np
import pytest

from bench.scores import confusion_scores, scores_by_class
from pipeline.metrics import METRICS
from pipeline.value_metrics import VALUE_METRICS
from reports.terms import SCORE_KEYS, TERMS
from reports.value_terms import VALUE_TERMS

CONFUSION = np.array([[8, 2, 0], [1, 9, 0], [0, 0, 0]])


@pytest.mark.parametrize(
    ("table", "terms"), [(METRICS, SCORE_KEYS), (VALUE_METRICS, tuple(VALUE_TERMS))]
)
def test_every_score_has_a_term_of_the_same_direction_in_the_same_order(table, terms):
    assert tuple(table) == terms
    assert {name: metric.better for name, metric in table.items()} == {
        name: TERMS[name].better for name in terms
    }


def test_scores_of_the_confusion_matrix_have_intervals():
    found = confusion_scores(CONFUSION, seed=0)
    assert found["accuracy"].value == 0.85
    assert found["accuracy"].low < 0.85 < found["accuracy"].high


def test_a_class_without_a_test_flow_has_no_interval():
    found = scores_by_class(CONFUSION, ("a", "b", "c"))
    assert (found["c"].support, found["c"].recall_interval) == (0, None)
    low, high = found["a"].recall_interval
    assert low < found["a"].recall == 0.8 < high
