from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from pipeline.class_intervals import class_intervals

CONFUSION = np.array([[40, 6, 0], [10, 7_000_000, 5], [0, 3, 0]])


def test_intervals_are_wilson_s():
    hits, places = np.diagonal(CONFUSION), range(3)
    found = class_intervals(CONFUSION)
    for kind, trials in (("recall", CONFUSION.sum(axis=1)), ("precision", CONFUSION.sum(axis=0))):
        low, high = proportion_confint(hits, trials, method="wilson")
        ends = np.transpose([getattr(found[place], kind) for place in places])
        np.testing.assert_allclose(ends, [low, high], rtol=1e-9, atol=1e-12)


def test_a_class_that_no_flow_tells_of_has_no_interval():
    (absent,) = class_intervals(np.array([[0]]))
    assert absent.recall is absent.precision is None


@pytest.mark.parametrize("hits", [0, 3])
def test_even_a_flawless_or_hopeless_class_has_an_interval_with_a_width(hits):
    low, high = class_intervals(np.array([[hits, 3 - hits], [0, 1]]))[0].recall
    assert high - low > 0.5
