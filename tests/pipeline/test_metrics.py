from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sklearn import metrics as reference

from pipeline.metrics import METRICS, class_scores, confusion_matrix, estimates

REFERENCES = {
    "accuracy": reference.accuracy_score,
    "precision_weighted": lambda t, p: _averaged(reference.precision_score, t, p, "weighted"),
    "recall_weighted": lambda t, p: _averaged(reference.recall_score, t, p, "weighted"),
    "f1_weighted": lambda t, p: _averaged(reference.f1_score, t, p, "weighted"),
    "precision_macro": lambda t, p: _averaged(reference.precision_score, t, p, "macro"),
    "recall_macro": lambda t, p: _averaged(reference.recall_score, t, p, "macro"),
    "f1_macro": lambda t, p: _averaged(reference.f1_score, t, p, "macro"),
    "balanced_accuracy": reference.balanced_accuracy_score,
    "mcc": reference.matthews_corrcoef,
}
CLASSES = 5
FLOWS = st.lists(
    st.tuples(st.integers(0, CLASSES - 1), st.integers(0, CLASSES - 1), st.integers(1, 9)),
    min_size=1,
    max_size=12,
)
CONFUSION = np.array([[40, 6, 0, 4], [10, 70, 5, 0], [0, 3, 12, 0], [0, 0, 0, 0]])


def _averaged(score, truth, predicted, average):
    return score(truth, predicted, average=average, zero_division=0)


def columns(flows):
    return np.array(flows, np.int64).T


def expanded(confusion):
    cells = np.indices(confusion.shape).reshape(2, -1)
    return np.repeat(cells, confusion.ravel(), axis=1)


def bootstrapped_by_row(confusion, *, replicates, seed):
    truth, predicted = expanded(confusion)
    cells = truth * len(confusion) + predicted
    drawn = np.random.default_rng(seed).choice(cells, (replicates, len(cells)))
    counts = [np.bincount(row, minlength=confusion.size) for row in drawn]
    return np.reshape(counts, (replicates, *confusion.shape)).astype(float)


@pytest.mark.parametrize("name", METRICS)
@given(flows=FLOWS)
@example(flows=[(0, 0, 3)])
@example(flows=[(1, 2, 4), (2, 1, 1)])
@example(flows=[(0, 0, 5), (1, 0, 2)])
@settings(max_examples=25, deadline=None)
def test_a_metric_equals_scikit_learn_on_expanded_labels(name, flows):
    truth, predicted, counts = columns(flows)
    confusion = confusion_matrix(truth, predicted, counts=counts, classes=CLASSES)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        expected = REFERENCES[name](np.repeat(truth, counts), np.repeat(predicted, counts))
    found = METRICS[name].score(confusion.astype(float))
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-12)


@given(flows=FLOWS)
@settings(max_examples=25, deadline=None)
def test_the_confusion_matrix_equals_scikit_learn_on_expanded_labels(flows):
    truth, predicted, counts = columns(flows)
    found = confusion_matrix(truth, predicted, counts=counts, classes=CLASSES)
    expected = reference.confusion_matrix(
        np.repeat(truth, counts), np.repeat(predicted, counts), labels=range(CLASSES)
    )
    assert found.dtype == np.int64
    assert found.tolist() == expected.tolist()


@given(flows=FLOWS)
@settings(max_examples=25, deadline=None)
def test_class_scores_equal_scikit_learn_on_expanded_labels(flows):
    truth, predicted, counts = columns(flows)
    confusion = confusion_matrix(truth, predicted, counts=counts, classes=CLASSES)
    expected = reference.precision_recall_fscore_support(
        np.repeat(truth, counts),
        np.repeat(predicted, counts),
        labels=range(CLASSES),
        zero_division=0,
    )
    for of_class, wanted in zip(class_scores(confusion), expected, strict=True):
        np.testing.assert_allclose(of_class, wanted, rtol=1e-12)


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_keeps_its_digits_at_billions_of_flows(name):
    small = METRICS[name].score(CONFUSION.astype(float))
    assert METRICS[name].score(CONFUSION * 1e7) == pytest.approx(small, rel=1e-12)


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_of_many_matrices_is_that_of_each(name):
    many = bootstrapped_by_row(CONFUSION, replicates=6, seed=3).reshape(2, 3, 4, 4)
    scores = METRICS[name].score(many)
    assert scores.shape == (2, 3)
    assert scores.ravel().tolist() == [
        float(METRICS[name].score(one)) for one in many.reshape(6, 4, 4)
    ]


def test_intervals_are_those_of_their_seed():
    first, again, other = (estimates(CONFUSION, seed=seed, replicates=200) for seed in (1, 1, 2))
    assert first == again
    assert all(first[name].low != other[name].low for name in METRICS)
    assert all(first[name].value == other[name].value for name in METRICS)


def test_the_interval_of_a_flawless_model_has_no_width():
    found = estimates(np.diag([50, 0, 30]), seed=1, replicates=200)
    assert {(one.value, one.low, one.high) for one in found.values()} == {(1.0, 1.0, 1.0)}


@pytest.mark.parametrize("name", METRICS)
def test_intervals_are_those_of_drawing_rows_with_replacement(name):
    found = estimates(CONFUSION, seed=1, replicates=4000)[name]
    by_row = METRICS[name].score(bootstrapped_by_row(CONFUSION, replicates=4000, seed=2))
    # A 2.5 % quantile of 4,000 draws is uncertain by 0.04 standard deviations, and by one flow.
    tolerance = 0.2 * by_row.std() + 1 / CONFUSION.sum()
    assert [found.low, found.high] == pytest.approx(
        np.quantile(by_row, [0.025, 0.975]).tolist(), abs=tolerance
    )
    assert found.low < found.value < found.high


def test_intervals_cover_the_true_accuracy_in_about_95_of_100_test_sets():
    cells = np.array([[0.5, 0.1], [0.05, 0.35]])
    test_sets = np.random.default_rng(5).multinomial(400, cells.ravel(), size=300)
    intervals = [
        estimates(drawn.reshape(2, 2), seed=seed, replicates=200)["accuracy"]
        for seed, drawn in enumerate(test_sets)
    ]
    covered = sum(one.low <= 0.85 <= one.high for one in intervals)
    assert 0.91 < covered / len(intervals) < 0.98
