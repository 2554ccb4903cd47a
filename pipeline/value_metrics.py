"""Scores of the values that a model gives to classes: one entry each, with what it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from pipeline.detection import detection
from pipeline.flows import Floats, Integers
from pipeline.influence import Influenced
from pipeline.judged import Judged
from pipeline.metrics import Estimate

CALIBRATION_BINS: Final = 15

Need = Literal["values", "probabilities", "two_sides", "benign"]


@dataclass(frozen=True, kw_only=True)
class ValueMetric:
    """A function of judged test flows, the better direction, and what it cannot do without."""

    title: str
    score: Callable[[Judged], Estimate]
    needs: tuple[Need, ...]
    better: Literal["higher", "lower"] = "higher"


@dataclass(frozen=True, kw_only=True)
class ValueScore:
    """A score with its interval, or why there is none."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    why: str | None = None


def value_scores(judged: Judged) -> dict[str, ValueScore]:
    """Every metric of values, by name; one that lacks what it needs has none, and says why."""
    return {name: _value_score(metric, judged) for name, metric in VALUE_METRICS.items()}


def _value_score(metric: ValueMetric, judged: Judged) -> ValueScore:
    faults = (_LACKING[need](judged) for need in metric.needs)
    lacking = next(filter(None, faults), None)
    if lacking:
        return ValueScore(why=lacking)
    found = metric.score(judged)
    return ValueScore(value=found.value, low=found.low, high=found.high)


def _area(name: str) -> Callable[[Judged], Estimate]:
    def score(judged: Judged) -> Estimate:
        area: Influenced = getattr(judged.areas, name)
        return area.estimate_of_share(judged.counts)

    return score


def _detection(rate: float) -> Callable[[Judged], Estimate]:
    def score(judged: Judged) -> Estimate:
        return detection(judged.attack_alarms, rate=rate, seed=judged.seed)

    return score


def _brier(judged: Judged) -> Estimate:
    """The mean squared distance, as scikit-learn's ``brier_score_loss``: halved for two classes."""
    distance = judged.values.clip(0.0, 1.0)  # rounding leads some models above 1
    distance[np.arange(len(distance)), judged.truth] -= 1.0
    scale = 0.5 if distance.shape[1] == 2 else 1.0
    return _mean(scale * (distance**2).sum(axis=1), judged.counts)


def _calibration_error(judged: Judged) -> Estimate:
    """Expected calibration error of the likeliest class (Guo et al., ICML 2017, equation 5).

    Bins are of equal width, open to the left, as in scikit-learn's ``calibration_curve``. For the
    interval, a bin that is too sure of itself is taken to stay so.
    """
    confidence = judged.values.max(axis=1)
    is_right = judged.values.argmax(axis=1) == judged.truth
    edges = np.linspace(0.0, 1.0, CALIBRATION_BINS + 1)
    bins = np.searchsorted(edges[1:-1], confidence)
    surplus = np.bincount(bins, judged.counts * (is_right - confidence), CALIBRATION_BINS)
    return _mean(np.sign(surplus)[bins] * (is_right - confidence), judged.counts)


def _mean(values: Floats, counts: Integers) -> Estimate:
    value = float(np.average(values, weights=counts))
    return Influenced(value=value, influence=values - value).estimate(counts)


def _lacks_values(judged: Judged) -> str:
    if judged.method == "predict":
        return "the model gives neither probabilities nor decisions"
    is_sound = bool(np.isfinite(judged.values).all())
    return "" if is_sound else "not all values that the model gives are finite"


def _lacks_probabilities(judged: Judged) -> str:
    is_lacking = judged.method == "decision_function"
    return "the model gives decisions, not probabilities" if is_lacking else ""


def _lacks_two_sides(judged: Judged) -> str:
    return "" if judged.is_two_sided.any() else "all test flows are of one class"


def _lacks_benign(judged: Judged) -> str:
    if not judged.is_benign.any():
        return "no class is benign"
    share = judged.support[judged.is_benign].sum() / judged.support.sum()
    return "" if 0 < share < 1 else "the test flows are not both benign and attacks"


_LACKING: Final[Mapping[Need, Callable[[Judged], str]]] = {
    "values": _lacks_values,
    "probabilities": _lacks_probabilities,
    "two_sides": _lacks_two_sides,
    "benign": _lacks_benign,
}
_RANKED: Final[tuple[Need, ...]] = ("values", "two_sides")
_ALARMED: Final[tuple[Need, ...]] = ("values", "benign")
_CALIBRATED: Final[tuple[Need, ...]] = ("values", "probabilities")

VALUE_METRICS: Final[Mapping[str, ValueMetric]] = {
    "roc_auc_macro": ValueMetric(title="ROC AUC (macro)", score=_area("roc_macro"), needs=_RANKED),
    "roc_auc_weighted": ValueMetric(
        title="ROC AUC (weighted)", score=_area("roc_weighted"), needs=_RANKED
    ),
    "pr_auc_macro": ValueMetric(title="PR AUC (macro)", score=_area("pr_macro"), needs=_RANKED),
    "pr_auc_weighted": ValueMetric(
        title="PR AUC (weighted)", score=_area("pr_weighted"), needs=_RANKED
    ),
    "detection_at_1_in_1000": ValueMetric(
        title="Detection at 0.1 % false alarms", score=_detection(0.001), needs=_ALARMED
    ),
    "detection_at_1_in_100": ValueMetric(
        title="Detection at 1 % false alarms", score=_detection(0.01), needs=_ALARMED
    ),
    "brier": ValueMetric(title="Brier score", score=_brier, needs=_CALIBRATED, better="lower"),
    "ece": ValueMetric(
        title="Calibration error", score=_calibration_error, needs=_CALIBRATED, better="lower"
    ),
}
