from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from pipeline import paired_bootstrap
from pipeline.metrics import METRICS
from pipeline.paired import compare_accuracies, count_disagreements
from pipeline.paired_bootstrap import compare_scores, join_answers

CLASSES = 3
FLOWS = st.lists(
    st.tuples(*[st.integers(0, CLASSES - 1)] * 3, st.integers(1, 9)), min_size=1, max_size=15
).map(lambda rows: np.array(rows).T)


@pytest.fixture(scope="module")
def flows():
    """Truth, the answers of three models of falling skill, and counts."""
    chance = np.random.default_rng(3)
    truth = chance.integers(0, CLASSES, 400)
    codes = [
        np.where(chance.random(400) < skill, truth, chance.integers(0, CLASSES, 400))
        for skill in (0.8, 0.7, 0.3)
    ]
    return truth, codes, chance.integers(1, 5, 400)


def compared(flows, metric):
    truth, codes, counts = flows
    joint = join_answers(truth, codes, counts=counts, classes=CLASSES)
    told = count_disagreements(truth, codes, counts=counts)
    return compare_scores(joint, METRICS[metric], disagreements=told, rope=0.01, seed=0)


@given(flows=FLOWS)
@settings(max_examples=30, deadline=None)
def test_joined_answers_are_the_rows_in_fewer_lines(flows):
    truth, *codes, counts = flows
    joint = join_answers(truth, codes, counts=counts, classes=CLASSES)
    table = np.vstack([joint.truth, joint.codes])
    assert np.unique(table, axis=1).shape == table.shape
    rows = np.repeat(np.vstack([truth, codes]), counts, axis=1)
    again = np.repeat(table, joint.counts, axis=1)
    assert sorted(rows.T.tolist()) == sorted(again.T.tolist())


def test_differences_are_those_of_scikit_learn_on_the_rows(flows):
    truth, codes, counts = flows
    scores = [
        f1_score(np.repeat(truth, counts), np.repeat(one, counts), average="macro") for one in codes
    ]
    for (one, other), test in compared(flows, "f1_macro").items():
        assert test.difference == pytest.approx(scores[one] - scores[other], abs=1e-12)
        assert test.low < test.difference < test.high


def test_by_accuracy_it_agrees_with_the_exact_test(flows):
    truth, codes, counts = flows
    told = count_disagreements(truth, codes, counts=counts)
    for pair, test in compared(flows, "accuracy").items():
        exact = compare_accuracies(told[pair], rows=int(counts.sum()), rope=0.01, seed=1)
        assert test.difference == pytest.approx(exact.difference)
        assert [test.low, test.high] == pytest.approx([exact.low, exact.high], abs=0.01)
        assert test.above == pytest.approx(exact.above, abs=0.05)
        assert (test.p < 0.01) == (exact.p < 0.01)


@pytest.mark.parametrize("metric", ["accuracy", "f1_macro"])
def test_models_that_err_on_the_same_flows_are_told_apart_by_the_few_on_which_they_do_not(metric):
    truth = np.arange(400) % CLASSES
    first = np.where(np.arange(400) % 5 == 0, (truth + 1) % CLASSES, truth)
    second = np.where(np.arange(400) % 33 == 1, (truth + 1) % CLASSES, first)
    test = compared((truth, [first, second], np.ones(400, np.int64)), metric)[0, 1]
    assert test.difference < 0.03
    assert test.low > 0
    assert test.p < 0.01


def test_draws_in_portions_are_the_draws_at_once(flows, monkeypatch):
    at_once = compared(flows, "f1_macro")
    monkeypatch.setattr(paired_bootstrap, "CELLS_AT_ONCE", 5_000)
    assert compared(flows, "f1_macro") == at_once


def test_equal_models_do_not_differ(flows):
    truth, codes, counts = flows
    found = compared((truth, [codes[0], codes[0]], counts), "mcc")[0, 1]
    assert (found.difference, found.low, found.high, found.p, found.within) == (0, 0, 0, 1, 1)
