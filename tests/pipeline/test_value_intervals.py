"""Intervals of the scores of a model's values, held against drawing the test flows themselves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipeline.alarms import alarms
from pipeline.areas import precision_area, roc_area
from pipeline.detection import MOST_STEPS, detection
from pipeline.influence import Influenced
from pipeline.judged import Judged
from pipeline.value_metrics import VALUE_METRICS, value_scores

CLASSES = 4
DRAWS = 600


def made(rows, seed, *, classes=CLASSES, most=40, method="predict_proba"):
    """Counted test flows with probabilities that are informative, tied and over-confident."""
    chance = np.random.default_rng(seed)
    truth = chance.choice(
        classes, rows, p=np.arange(1, classes + 1) / (classes * (classes + 1) / 2)
    )
    heat = chance.normal(size=(rows, classes)) + 1.5 * np.eye(classes)[truth]
    values = np.round(np.exp(1.6 * heat) / np.exp(1.6 * heat).sum(axis=1, keepdims=True), 2)
    return Judged(
        truth=truth,
        counts=chance.integers(1, most, rows),
        values=values / values.sum(axis=1, keepdims=True),
        method=method,
        is_benign=np.arange(classes) == 0,
    )


def drawn(judged, draws, seed):
    """Scores of so many test parts drawn with replacement, by name: (draws,)."""
    chance, total = np.random.default_rng(seed), int(judged.counts.sum())
    found = {name: [] for name in VALUE_METRICS}
    for counts in chance.multinomial(total, judged.counts / total, size=draws):
        some = counts > 0
        part = replace(
            judged, truth=judged.truth[some], counts=counts[some], values=judged.values[some]
        )
        for name, metric in VALUE_METRICS.items():
            found[name].append(value_of(metric, part))
    return {name: np.array(scores) for name, scores in found.items()}


def value_of(metric, judged):
    return metric.score(judged).value


@pytest.fixture(scope="module")
def judged():
    return made(500, 3)


@pytest.fixture(scope="module")
def by_draws(judged):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipeline.detection.REPLICATES", 2)  # only the values are looked at
        return drawn(judged, DRAWS, 1)


@pytest.mark.parametrize("name", VALUE_METRICS)
def test_intervals_are_those_of_drawing_flows_with_replacement(name, judged, by_draws):
    found, draws = VALUE_METRICS[name].score(judged), by_draws[name]
    if name == "ece":  # drawn anew, bins miss by more: the noise of another draw is added
        draws = draws - draws.mean() + found.value
    # A 2.5 % quantile of 600 draws is uncertain by 0.11 standard deviations; detection jumps.
    tolerance = (0.6 if name.startswith("detection") else 0.35) * draws.std()
    expected = np.quantile(draws, [0.025, 0.975]).tolist()
    assert [found.low, found.high] == pytest.approx(expected, abs=tolerance)
    assert found.low < found.value < found.high


@pytest.mark.parametrize("area", [roc_area, precision_area])
def test_the_influence_of_a_row_is_the_slope_of_the_score_in_its_share(area, judged):
    is_hit, counts = judged.truth == 2, judged.counts.astype(float)
    values = judged.values[:, 2]

    def score(weights):
        return area(alarms(is_hit, values, counts=weights), is_hit)

    found, step = score(counts), 1e-4
    total = counts.sum()
    for row in (0, 7, 100, int(values.argmax()), int(values.argmin())):
        up, down = counts.copy(), counts.copy()
        up[row] += step * counts[row]
        down[row] -= step * counts[row]
        slope = (score(up).value - score(down).value) / (2 * step * counts[row]) * total
        assert found.influence[row] == pytest.approx(slope, rel=1e-5, abs=1e-6)
    assert counts @ found.influence == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("name", ["roc_macro", "roc_weighted", "pr_macro", "pr_weighted"])
def test_the_influence_of_a_row_on_a_mean_over_classes_is_the_slope_of_that_mean(name, judged):
    counts = judged.counts.astype(float)

    def mean(weights):
        return getattr(replace(judged, counts=weights).areas, name)

    found, step = mean(counts), 1e-4
    for row in (0, 7, 100):
        change = step * counts * (np.arange(len(counts)) == row)
        slope = (mean(counts + change).value - mean(counts - change).value) / (2 * change[row])
        assert found.influence[row] == pytest.approx(slope * counts.sum(), rel=1e-4, abs=1e-5)


def test_the_error_of_an_area_is_de_long_s():
    judged = made(60, 5, most=2)
    is_hit, values = judged.truth == 3, judged.values[:, 3]
    hits, others = values[is_hit], values[~is_hit]
    above = (hits[:, None] > others) + 0.5 * (hits[:, None] == others)
    variance = above.mean(axis=1).var() / len(hits) + above.mean(axis=0).var() / len(others)
    found = roc_area(alarms(is_hit, values, counts=judged.counts), is_hit)
    assert found.error(judged.counts) == pytest.approx(np.sqrt(variance), rel=1e-9)


@pytest.mark.parametrize("name", VALUE_METRICS)
def test_a_score_lies_in_its_interval_and_intervals_shrink_with_the_flows(name):
    few, many = made(150, 8), made(150, 8)
    many = replace(many, counts=many.counts * 10_000)
    of_few, of_many = (VALUE_METRICS[name].score(one) for one in (few, many))
    for one in (of_few, of_many):
        assert 0 <= one.low <= one.value <= one.high
    assert of_many.high - of_many.low < 0.05 * (of_few.high - of_few.low)


def test_a_flawless_ranking_has_intervals_without_width():
    truth = np.array([0, 0, 1, 1])
    judged = Judged(
        truth=truth,
        counts=np.array([3, 5, 2, 7]),
        values=np.eye(2)[truth],
        method="predict_proba",
        is_benign=np.array([True, False]),
    )
    for name, found in value_scores(judged).items():
        best = 1.0 if VALUE_METRICS[name].better == "higher" else 0.0
        assert (found.value, found.low, found.high) == (best, best, best)


def test_intervals_of_an_area_cover_the_true_one_in_about_95_of_100_test_parts():
    chance = np.random.default_rng(11)
    truth = np.repeat([True, False], [80, 120])
    covered, tried = 0, 300
    for _ in range(tried):
        values = np.where(truth, chance.normal(1.0, 1.0, 200), chance.normal(0.0, 1.0, 200))
        ones = np.ones(200, np.int64)
        found = roc_area(alarms(truth, values, counts=ones), truth).estimate_of_share(ones)
        covered += found.low <= 0.7602499389065233 <= found.high  # Phi(1 / sqrt 2)
    assert 0.92 < covered / tried < 0.98


def test_detection_is_the_same_interval_however_many_values_there_are_between_thresholds():
    chance = np.random.default_rng(2)
    is_attack = chance.random(30_000) < 0.4
    suspicion = chance.normal(size=30_000) + 1.5 * is_attack
    ones = np.ones(30_000, np.int64)
    assert len(np.unique(suspicion[~is_attack])) > 100 * MOST_STEPS
    found = detection(alarms(is_attack, suspicion, counts=ones), rate=0.01, seed=0)
    drawn_scores = []
    for _ in range(300):
        counts = np.bincount(chance.integers(0, 30_000, 30_000), minlength=30_000)
        falling = np.argsort(-suspicion)
        alarmed = np.cumsum((counts * ~is_attack)[falling])
        hit = np.cumsum((counts * is_attack)[falling])
        drawn_scores.append(hit[alarmed <= 0.01 * alarmed[-1]][-1] / hit[-1])
    low, high = np.quantile(drawn_scores, [0.025, 0.975])
    tolerance = 0.5 * np.std(drawn_scores)
    assert [found.low, found.high] == pytest.approx([low, high], abs=tolerance)


def test_draws_are_those_of_their_seed(judged):
    first, again, other = (
        value_scores(replace(judged, seed=seed))["detection_at_1_in_100"] for seed in (1, 1, 2)
    )
    assert first == again
    assert (first.value, first.low) != (other.value, other.low)


def test_a_score_of_no_width_is_told_as_it_is():
    found = Influenced(value=0.25, influence=np.zeros(2)).estimate_of_share(np.array([1, 2]))
    assert (found.low, found.value, found.high) == pytest.approx((0.25, 0.25, 0.25))
