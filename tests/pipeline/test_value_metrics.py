from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from sklearn import metrics as reference
from sklearn.calibration import calibration_curve

from pipeline.flows import CountedFlows
from pipeline.judged import judge
from pipeline.predict import Predictions
from pipeline.value_metrics import CALIBRATION_BINS, VALUE_METRICS, value_scores

CLASSES = 4
BENIGN = 1
EDGES = np.linspace(0, 1, CALIBRATION_BINS + 1)
ROWS = st.lists(
    st.tuples(
        st.integers(0, CLASSES - 1),
        st.integers(1, 9),
        st.tuples(*[st.integers(0, 6)] * CLASSES).filter(any),
    ),
    min_size=2,
    max_size=14,
)


def judged(truth, counts, values, *, method="predict_proba", benign=("class 1",)):
    truth, counts, values = np.array(truth), np.array(counts), np.array(values, float)
    flows = CountedFlows(
        features=(),
        labels=tuple(f"class {code}" for code in range(max(2, values.shape[1]))),
        X=np.zeros((len(truth), 0)),
        y=truth,
        counts=counts,
    )
    said = Predictions(codes=values.argmax(axis=1), method=method, values=values)
    return judge(flows, said, benign=benign)


def drawn(rows):
    """Truth, counts and probabilities, and the same row by row."""
    truth, counts = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    shares = np.array([row[2] for row in rows], float)
    values = shares / shares.sum(axis=1, keepdims=True)
    return truth, counts, values, np.repeat(truth, counts), np.repeat(values, counts, axis=0)


def value_of(name, *args, **fields):
    return value_scores(judged(*args, **fields))[name].value


@given(rows=ROWS)
@settings(max_examples=20, deadline=None)
def test_areas_equal_scikit_learn_on_expanded_rows(rows):
    truth, counts, values, row_truth, row_values = drawn(rows)
    assume(len(set(truth)) > 1)
    codes = sorted(set(truth))
    shares = [(row_truth == code).mean() for code in codes]
    for name, area in (
        ("roc_auc", reference.roc_auc_score),
        ("pr_auc", reference.average_precision_score),
    ):
        each = [area(row_truth == code, row_values[:, code]) for code in codes]
        macro = value_of(f"{name}_macro", truth, counts, values)
        weighted = value_of(f"{name}_weighted", truth, counts, values)
        assert macro == pytest.approx(np.mean(each), abs=1e-12)
        assert weighted == pytest.approx(np.average(each, weights=shares), abs=1e-12)


@given(rows=ROWS)
@settings(max_examples=15, deadline=None)
def test_roc_auc_equals_scikit_learn_s_own_one_vs_rest_where_every_class_occurs(rows):
    rows = [*rows, *((code, 1, (1,) * CLASSES) for code in range(CLASSES))]
    truth, counts, values, row_truth, row_values = drawn(rows)
    for average in ("macro", "weighted"):
        expected = reference.roc_auc_score(
            row_truth, row_values, multi_class="ovr", average=average
        )
        found = value_of(f"roc_auc_{average}", truth, counts, values)
        assert found == pytest.approx(expected, abs=1e-12)


@given(rows=ROWS)
@example(rows=[(BENIGN, 1, (6, 1, 0, 0)), (0, 5, (5, 2, 0, 0)), (BENIGN, 99, (0, 6, 0, 0))])
@settings(max_examples=20, deadline=None)
def test_detection_is_the_best_point_of_scikit_learn_s_curve_that_is_allowed(rows):
    truth, counts, values, row_truth, row_values = drawn(rows)
    assume(0 < (truth == BENIGN).sum() < len(truth))
    false_alarms, hits, _ = reference.roc_curve(
        row_truth != BENIGN, -row_values[:, BENIGN], drop_intermediate=False
    )
    for name, rate in (("detection_at_1_in_1000", 0.001), ("detection_at_1_in_100", 0.01)):
        found = value_of(name, truth, counts, values)
        assert found == pytest.approx(hits[false_alarms <= rate].max(), abs=1e-12)


@given(rows=ROWS)
@settings(max_examples=20, deadline=None)
def test_the_brier_score_equals_scikit_learn_on_expanded_rows(rows):
    truth, counts, values, row_truth, row_values = drawn(rows)
    expected = reference.brier_score_loss(row_truth, row_values, labels=np.arange(CLASSES))
    assert value_of("brier", truth, counts, values) == pytest.approx(expected, abs=1e-12)


@given(rows=ROWS)
@settings(max_examples=20, deadline=None)
def test_the_calibration_error_is_what_scikit_learn_s_calibration_curve_shows(rows):
    truth, counts, values, row_truth, row_values = drawn(rows)
    confidence, is_right = row_values.max(axis=1), row_values.argmax(axis=1) == row_truth
    shares, means = calibration_curve(is_right, confidence, n_bins=CALIBRATION_BINS)
    sizes = np.bincount(np.searchsorted(EDGES[1:-1], confidence), minlength=CALIBRATION_BINS)
    expected = np.average(np.abs(shares - means), weights=sizes[sizes > 0])
    assert value_of("ece", truth, counts, values) == pytest.approx(expected, abs=1e-12)


def test_decisions_of_two_classes_in_one_column_rank_as_scikit_learn_has_it():
    truth, counts = np.array([0, 1, 1, 0, 1]), np.array([5, 2, 4, 1, 3])
    decisions = np.array([-1.5, 0.2, 3.0, 0.4, -0.1])
    found = value_scores(
        judged(truth, counts, decisions[:, None], method="decision_function", benign=("class 0",))
    )
    row_truth, rows = np.repeat(truth, counts), np.repeat(decisions, counts)
    expected = reference.roc_auc_score(row_truth, rows)
    assert found["roc_auc_macro"].value == pytest.approx(expected)
    assert found["detection_at_1_in_100"].value == pytest.approx(4 / 9)
    assert found["brier"].value is None
    assert found["brier"].why == "the model gives decisions, not probabilities"


@pytest.mark.parametrize("name", VALUE_METRICS)
@pytest.mark.parametrize(
    ("values", "method", "why"),
    [
        ([[0.0], [1.0]], "predict", "neither probabilities nor decisions"),
        ([[np.nan, 1.0], [0.5, 0.5]], "predict_proba", "not all values"),
    ],
)
def test_no_score_comes_of_values_that_are_none_and_the_reason_is_told(name, values, method, why):
    found = value_scores(judged([0, 1], [3, 2], values, method=method))[name]
    assert found.value is None
    assert why in found.why


@pytest.mark.parametrize(
    ("truth", "benign", "why"),
    [([0, 1], (), "no class is benign"), ([1, 1], ("class 1",), "not both benign and attacks")],
)
def test_nothing_is_detected_where_benign_and_attacks_are_not_both_there(truth, benign, why):
    found = value_scores(judged(truth, [3, 2], [[0.4, 0.6], [0.5, 0.5]], benign=benign))
    assert found["detection_at_1_in_100"].value is None
    assert why in found["detection_at_1_in_100"].why


def test_areas_of_one_class_alone_are_not_made_up():
    found = value_scores(judged([1, 1], [3, 2], [[0.4, 0.6], [0.5, 0.5]]))
    assert found["roc_auc_macro"].why == "all test flows are of one class"
    assert found["brier"].value == pytest.approx((3 * 0.16 + 2 * 0.25) / 5)


def test_probabilities_that_rounding_leads_above_one_are_scored():
    assert value_of("brier", [0, 1], [1, 1], [[np.nextafter(1, 2), 0.0], [0.0, 1.0]]) == 0.0
