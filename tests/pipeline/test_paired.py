from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import mcnemar

from pipeline.paired import PairedTest, compare_accuracies, count_disagreements, decide, holm

ROPE = 0.01
FLOWS = st.lists(
    st.tuples(*[st.integers(0, 2)] * 4, st.integers(1, 9)), min_size=1, max_size=15
).map(lambda rows: np.array(rows).T)


def paired_test(difference=0.0, low=0.0, high=0.0, **fields):
    said = {"p": 1.0, "above": 0.0, "within": 1.0, "below": 0.0, "only_first": 0, "only_second": 0}
    return PairedTest(difference=difference, low=low, high=high, **said | fields)


@given(flows=FLOWS)
@settings(max_examples=30, deadline=None)
def test_disagreements_are_those_of_the_rows_themselves(flows):
    truth, *codes, counts = flows
    found = count_disagreements(truth, codes, counts=counts)
    right = [np.repeat(one == truth, counts) for one in codes]
    assert found == {
        (one, other): ((right[one] & ~right[other]).sum(), (right[other] & ~right[one]).sum())
        for one, other in combinations(range(3), 2)
    }


@pytest.mark.parametrize("disagreements", [(7, 2), (0, 5), (40, 41), (900, 700)])
def test_p_is_mcnemar_s(disagreements):
    table = [[100, disagreements[0]], [disagreements[1], 50]]
    found = compare_accuracies(disagreements, rows=3_000, rope=ROPE, seed=0)
    assert found.p == pytest.approx(mcnemar(table, exact=True).pvalue)


def test_the_interval_is_that_of_drawing_rows_with_replacement():
    found = compare_accuracies((60, 30), rows=1_000, rope=ROPE, seed=0)
    rows = np.repeat([1, -1, 0], [60, 30, 910])
    drawn = np.random.default_rng(1).choice(rows, (2_000, 1_000)).mean(axis=1)
    assert found.difference == 0.03
    assert [found.low, found.high] == pytest.approx(np.quantile(drawn, [0.025, 0.975]), abs=0.003)
    assert found.above == pytest.approx((drawn > ROPE).mean(), abs=0.03)
    assert found.above + found.within + found.below == pytest.approx(1.0)


def test_models_that_are_never_told_apart_are_equal_for_certain():
    found = compare_accuracies((0, 0), rows=1_000, rope=ROPE, seed=0)
    assert (found.difference, found.low, found.high, found.p) == (0.0, 0.0, 0.0, 1.0)
    assert (found.within, found.effect) == (1.0, 0.0)


def test_the_effect_is_the_lead_among_the_flows_that_tell_two_models_apart():
    assert compare_accuracies((75, 25), rows=10**7, rope=ROPE, seed=0).effect == 0.25


def test_a_full_size_test_part_is_compared_to_the_flow():
    truth = np.zeros(200_000, np.int64)
    codes = [truth, np.arange(200_000) % 2]
    counts = np.full(200_000, 46, np.int64)
    assert count_disagreements(truth, codes, counts=counts) == {(0, 1): (4_600_000, 0)}


def test_nothing_is_corrected_where_nothing_was_tested():
    assert holm([]) == []


@pytest.mark.parametrize(
    ("test", "corrected_p", "verdict"),
    [
        (paired_test(0.05, 0.03, 0.07), 0.001, "better"),
        (paired_test(-0.05, -0.07, -0.03), 0.001, "worse"),
        (paired_test(0.05, -0.01, 0.07), 0.2, "undecided"),
        (paired_test(0.005, 0.003, 0.007), 0.001, "equivalent"),
        (paired_test(0.0, -0.002, 0.002), 1.0, "equivalent"),
        (paired_test(0.012, 0.004, 0.02), 0.001, "better"),
        (paired_test(0.009, 0.004, 0.014), 0.001, "better"),
        (paired_test(0.005, -0.03, 0.04), 0.6, "undecided"),
    ],
)
def test_a_verdict_needs_certainty_and_a_difference_that_matters(test, corrected_p, verdict):
    assert decide(test, corrected_p=corrected_p, rope=ROPE) == verdict


def test_less_may_be_better():
    assert decide(paired_test(0.05, 0.03, 0.07), corrected_p=0.001, rope=ROPE, sign=-1) == "worse"
