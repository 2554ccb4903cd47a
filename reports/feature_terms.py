"""FEATURE_TERMS: what is said of the features, and of what they allow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reports.words import Term

FEATURE_TERMS: Final[Mapping[str, Term]] = {
    "F": Term(
        title="F",
        kind="plain",
        better="higher",
        meaning="ANOVA F of one feature: the variance between the classes' means over the "
        "variance within the classes, as scikit-learn's f_classif, over all rows named. "
        "None for a constant feature.",
    ),
    "p": Term(
        title="p",
        kind="plain",
        meaning="The chance of an F at least as large if the feature told the classes nothing. At "
        "such row counts nearly every p is 0: rank by F.",
    ),
    "mutual_information": Term(
        title="MI",
        unit="nats",
        kind="plain",
        better="higher",
        meaning="Mutual information of feature and class: how much knowing one tells of the other, "
        "whatever the shape of their relation.",
    ),
    "stability": Term(
        title="Stability",
        unit="% of folds",
        kind="percent",
        better="higher",
        meaning="The share of folds on which the feature would have been selected.",
    ),
    "checks": Term(
        title="Checks of features",
        meaning="S001 constant: one value in all training flows. S002 duplicate: equal to an "
        "earlier feature in every complete flow. S003 leaking: a decision tree of depth 3 on the "
        "feature alone, from its bins, reaches at least 95 % of the best balanced accuracy that "
        "its eight leaves allow. A check warns; it takes no feature away.",
    ),
    "agreement": Term(
        title="Agreement of the folds",
        meaning="Each fold selects features from the training flows outside it. Jaccard: the "
        "features that two folds share over those that either has, the mean of all pairs. "
        "Kuncheva's index: the same, corrected for chance; 1 where all folds agree, 0 for folds "
        "that choose by lot.",
    ),
    "known_test_rows": Term(
        title="Known",
        kind="percent",
        unit="% of the test flows",
        meaning="Test flows whose very feature vector occurs among the training flows, over all "
        "test flows: to these a model need only remember the answer.",
    ),
    "ceiling": Term(
        title="Ceiling",
        kind="score",
        meaning="The best accuracy that any classifier can reach on these test flows by the "
        "selected features: flows with equal features get one class, so at best the most frequent "
        "label of each distinct feature vector is right. Near the ceiling the features are the "
        "limit, not the model.",
    ),
    "leave_one_out": Term(
        title="Leave one out",
        kind="score",
        meaning="The share of flows whose label is the most frequent among the other flows of "
        "their feature vector; a flow alone in its vector is a miss. The ceiling is too high on "
        "average for flows yet to come, this is too low: what the features are worth lies between.",
    ),
    "lone_rows": Term(
        title="Alone",
        kind="percent",
        unit="% of the rows",
        meaning="Flows that no other flow is equal to on these features. The ceiling counts each "
        "as a hit, leave one out as a miss.",
    ),
    "distinct_test_rows": Term(
        title="Distinct",
        kind="count",
        unit="flows",
        meaning="Counted flows that the ceiling is computed from.",
    ),
}
