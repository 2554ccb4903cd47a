"""TABLE_TERMS: what the numbers in the columns of single tables mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reports.words import Term

TABLE_TERMS: Final[Mapping[str, Term]] = {
    "test_rows": Term(
        title="Held out",
        kind="count",
        meaning="Flows of the test part, repeats counted.",
    ),
    "share_held_out": Term(
        title="Share held out",
        kind="percent",
        meaning="Test flows over all flows of the task.",
    ),
    "k": Term(
        title="Features",
        kind="count",
        meaning="How many features the ceiling is computed on, taken in the order of F.",
    ),
    "best": Term(
        title="Best accuracy",
        kind="score",
        meaning="The highest accuracy that a model of this task and split reached on its test "
        "part.",
    ),
    "share_of_ceiling": Term(
        title="Share of the ceiling",
        kind="percent",
        meaning="Accuracy over the ceiling of the same test flows and features.",
    ),
    "binned": Term(
        title="Cut into bins",
        kind="count",
        meaning="How many of the features had more values than bins and were cut into quantile "
        "bins.",
    ),
    "bins": Term(
        title="Bins",
        kind="count",
        meaning="Into how many quantile bins a feature was cut at most; none where values stand"
        " as they are.",
    ),
    "rows_counted": Term(
        title="Rows counted",
        kind="percent",
        meaning="The share of the training rows that went into the counted flows.",
    ),
    "exact": Term(
        title="Distinct flows",
        kind="count",
        meaning="Distinct (features, label) before any binning; an estimate where it says about.",
    ),
    "counted": Term(
        title="As counted",
        kind="count",
        meaning="Distinct (features, label) after binning: what models were fitted on.",
    ),
    "most": Term(
        title="Allowed",
        kind="count",
        meaning="How many distinct rows the suite lets flows have before they are binned or "
        "sampled.",
    ),
    "difference": Term(
        title="Difference",
        kind="points",
        meaning="The score of the first less that of the second, of models or of runs.",
    ),
    "low": Term(
        title="Low",
        kind="points",
        meaning="The lower end of the 95 % interval.",
    ),
    "high": Term(
        title="High",
        kind="points",
        meaning="The upper end of the 95 % interval.",
    ),
    "only_first": Term(
        title="Only it right",
        kind="count",
        meaning="Test flows that only the first of two models got right.",
    ),
    "only_second": Term(
        title="Only other right",
        kind="count",
        meaning="Test flows that only the second of two models got right.",
    ),
    "of_mistakes": Term(
        title="Of all mistakes",
        kind="percent",
        meaning="These flows over all test flows that the model got wrong.",
    ),
    "of_class": Term(
        title="Of the true class",
        kind="percent",
        meaning="These flows over all test flows of the same true class.",
    ),
    "cross_validation": Term(
        title="Mean over folds",
        kind="score",
        meaning="The mean of the score that models are chosen by over the held-out folds of the"
        " training part.",
    ),
    "weight": Term(
        title="Weight",
        kind="percent",
        meaning="The member's share of trust: of a stack the size of its part in the meta-"
        "model's coefficients, of a vote its share of votes. All shares sum to 100 %.",
    ),
    "stage_seconds": Term(
        title="Time",
        kind="seconds",
        meaning="Wall time of the stage, seen from the client.",
    ),
    "values_seconds": Term(
        title="Values",
        kind="seconds",
        meaning="Computing ranking and calibration scores from probabilities.",
    ),
    "started_seconds": Term(
        title="Started",
        unit="s",
        kind="seconds",
        meaning="When the case's fit began, counted from the first case's.",
    ),
    "cases": Term(
        title="Cases",
        kind="count",
        meaning="How many cases the worker fitted.",
    ),
    "busy": Term(
        title="Busy",
        kind="seconds",
        meaning="Seconds that the worker's cases took in all, without waiting.",
    ),
    "best_score": Term(
        title="Its score",
        kind="score",
        meaning="The best model's score by the metric of the suite, on its first task and split.",
    ),
    "all_stages": Term(
        title="Stages in all",
        kind="seconds",
        meaning="The sum of the wall times of all stages.",
    ),
    "worst_fold": Term(
        title="Worst fold",
        kind="score",
        meaning="The lowest of the candidate's scores over the held-out folds.",
    ),
    "price_of_binning": Term(
        title="Binned less raw",
        kind="points",
        meaning="The model's score on a sample of rows with its features cut into bins, less that "
        "on the same rows as they are.",
    ),
    "failures": Term(
        title="Failures",
        kind="count",
        meaning="Cases that did not end well.",
    ),
}
