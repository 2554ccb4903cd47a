"""VALUE_TERMS: what the scores of a model's probabilities or decisions mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from reports.words import Term

_ROC = (
    "Area under the ROC curve of each class against the rest: the chance that a flow of the class "
    "is given a higher value for it than a flow of another (ties count half); 0.5 is chance"
)
_PR = (
    "Average precision of each class against the rest, as scikit-learn's average_precision_score: "
    "the precision at every threshold, weighted by the recall that it adds"
)
_DETECTION = (
    "The largest share of attack flows that a threshold finds which at most {} of the benign flows "
    "pass, whatever attack they are taken for. A flow is suspect as far as it is not given to the "
    "benign classes (1 - P(benign)). The threshold is chosen on the test flows themselves."
)


def _score(
    title: str, meaning: str, *, unit: str = "", better: Literal["higher", "lower"] = "higher"
) -> Term:
    return Term(title=title, meaning=meaning, kind="score", unit=unit, better=better)


VALUE_TERMS: Final[Mapping[str, Term]] = {
    "roc_auc_macro": _score("ROC AUC", f"{_ROC}. The plain mean of the classes.", unit="macro"),
    "roc_auc_weighted": _score(
        "ROC AUC", f"{_ROC}. The mean weighted by the classes' shares.", unit="weighted"
    ),
    "pr_auc_macro": _score("PR AUC", f"{_PR}. The plain mean of the classes.", unit="macro"),
    "pr_auc_weighted": _score(
        "PR AUC", f"{_PR}. The mean weighted by the classes' shares.", unit="weighted"
    ),
    "detection_at_1_in_1000": _score(
        "Detection", _DETECTION.format("0.1 %"), unit="at 0.1 % false alarms"
    ),
    "detection_at_1_in_100": _score(
        "Detection", _DETECTION.format("1 %"), unit="at 1 % false alarms"
    ),
    "brier": _score(
        "Brier",
        "Mean squared distance between the probabilities and the truth (1 for the true class, 0 "
        "for the others), as scikit-learn's brier_score_loss: from 0 to 2, or to 1 of two classes.",
        better="lower",
    ),
    "ece": _score(
        "ECE",
        "Expected calibration error (Guo et al. 2017): by how much the probability of the class "
        "found likeliest misses the share of flows that are of it, the mean over flows in 15 bins "
        "of equal width.",
        better="lower",
    ),
}
