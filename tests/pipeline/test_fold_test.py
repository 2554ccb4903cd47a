from __future__ import annotations

from math import sqrt
from statistics import mean, variance

import pytest
from scipy.stats import t

from pipeline.fold_test import compare_folds

FIRST, SECOND = (0.90, 0.91, 0.89, 0.92, 0.90), (0.88, 0.90, 0.89, 0.89, 0.88)


def test_p_is_that_of_the_corrected_resampled_t_test():
    differences = [one - other for one, other in zip(FIRST, SECOND, strict=True)]
    # Nadeau and Bengio 2003, equation 9, with test part : training part = 1 : 4.
    statistic = mean(differences) / sqrt((1 / 5 + 1 / 4) * variance(differences))
    found = compare_folds(FIRST, SECOND, rope=0.001)
    assert found.difference == pytest.approx(mean(differences))
    assert found.p == pytest.approx(2 * t.sf(statistic, 4))


def test_the_first_is_above_where_its_scores_are_larger():
    found = compare_folds(FIRST, SECOND, rope=0.001)
    assert found.above > 0.9
    assert found.above + found.within + found.below == pytest.approx(1.0)
    turned = compare_folds(SECOND, FIRST, rope=0.001)
    assert (turned.above, turned.below) == pytest.approx((found.below, found.above))


def test_without_a_region_nothing_is_equivalent():
    found = compare_folds(FIRST, SECOND, rope=0.0)
    assert found.within == 0
    assert found.above + found.below == pytest.approx(1.0)


@pytest.mark.parametrize(("lead", "p", "within"), [(0.0, 1.0, 1.0), (0.5, 0.0, 0.0)])
def test_folds_that_differ_by_one_amount_leave_no_doubt(lead, p, within):
    found = compare_folds([0.5 + lead] * 3, [0.5] * 3, rope=0.01)
    assert (found.p, found.within) == (p, within)
