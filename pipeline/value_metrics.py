"""Scores of the values that a model gives to classes: one entry each, with what it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from sklearn.metrics import brier_score_loss

from pipeline.flows import Floats
from pipeline.judged import Judged, alarms

CALIBRATION_BINS: Final = 15

Need = Literal["values", "probabilities", "two_sides", "benign"]


@dataclass(frozen=True, kw_only=True)
class ValueMetric:
    """A function of judged test flows, the better direction, and what it cannot do without."""

    title: str
    score: Callable[[Judged], float]
    needs: tuple[Need, ...]
    better: Literal["higher", "lower"] = "higher"


@dataclass(frozen=True, kw_only=True)
class ValueScore:
    """A score, or why there is none."""

    value: float | None
    why: str | None = None


def value_scores(judged: Judged) -> dict[str, ValueScore]:
    """Every metric of values, by name; one that lacks what it needs has none, and says why."""
    return {name: _value_score(metric, judged) for name, metric in VALUE_METRICS.items()}


def _value_score(metric: ValueMetric, judged: Judged) -> ValueScore:
    faults = (_LACKING[need](judged) for need in metric.needs)
    lacking = next(filter(None, faults), None)
    if lacking:
        return ValueScore(value=None, why=lacking)
    return ValueScore(value=metric.score(judged))


def _macro_area(curve: int) -> Callable[[Judged], float]:
    return lambda judged: float(judged.areas[:, curve].mean())


def _weighted_area(curve: int) -> Callable[[Judged], float]:
    def score(judged: Judged) -> float:
        weights = judged.support[judged.is_two_sided]
        return float(np.average(judged.areas[:, curve], weights=weights))

    return score


def _detection(rate: float) -> Callable[[Judged], float]:
    """The largest share of attacks above a threshold that at most ``rate`` of the benign pass."""

    def score(judged: Judged) -> float:
        is_attack = ~judged.is_benign[judged.truth]
        hits, false_alarms = alarms(is_attack, _suspicion(judged), counts=judged.counts)
        is_allowed = false_alarms <= rate * false_alarms[-1]
        return float((hits[is_allowed] / hits[-1]).max(initial=0.0))

    return score


def _suspicion(judged: Judged) -> Floats:
    """How little speaks for benign: orders flows as 1 - P(benign) does, without its rounding."""
    of_benign = judged.values[:, judged.is_benign]
    is_probability = judged.method == "predict_proba"
    together: Floats = of_benign.sum(axis=1) if is_probability else of_benign.max(axis=1)
    return -together


def _brier(judged: Judged) -> float:
    return float(
        brier_score_loss(
            judged.truth,
            judged.values.clip(0.0, 1.0),  # rounding leads some models above 1
            sample_weight=judged.counts,
            labels=np.arange(judged.values.shape[1]),
        )
    )


def _calibration_error(judged: Judged) -> float:
    """Expected calibration error of the likeliest class (Guo et al., ICML 2017, equation 5).

    Bins are of equal width, open to the left, as in scikit-learn's ``calibration_curve``.
    """
    confidence = judged.values.max(axis=1)
    is_right = judged.values.argmax(axis=1) == judged.truth
    edges = np.linspace(0.0, 1.0, CALIBRATION_BINS + 1)
    bins = np.searchsorted(edges[1:-1], confidence)
    surplus = np.bincount(bins, judged.counts * (is_right - confidence), CALIBRATION_BINS)
    return float(np.abs(surplus).sum() / judged.counts.sum())


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
    "roc_auc_macro": ValueMetric(title="ROC AUC (macro)", score=_macro_area(0), needs=_RANKED),
    "roc_auc_weighted": ValueMetric(
        title="ROC AUC (weighted)", score=_weighted_area(0), needs=_RANKED
    ),
    "pr_auc_macro": ValueMetric(title="PR AUC (macro)", score=_macro_area(1), needs=_RANKED),
    "pr_auc_weighted": ValueMetric(
        title="PR AUC (weighted)", score=_weighted_area(1), needs=_RANKED
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
