"""WORDS: what the words of a report mean that stand for more than one number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True, kw_only=True)
class Term:
    """One word: its title, its meaning, and how a number of its kind is written."""

    title: str
    meaning: str
    kind: str = "text"
    unit: str = ""
    better: Literal["", "higher", "lower"] = ""

    @property
    def full_title(self) -> str:
        """The title and the unit, in one line."""
        return f"{self.title} ({self.unit})" if self.unit else self.title


WORDS: Final[Mapping[str, Term]] = {
    "task": Term(
        title="Task",
        meaning="What is to be told apart: attack (each label), family (groups of attacks), "
        "binary (benign or attack).",
    ),
    "control": Term(
        title="Control",
        meaning="A model that has learnt almost nothing: one that always says the most frequent "
        "class, one with a single rule. A model that does not beat it is no use. It is ranked "
        "apart.",
    ),
    "counted_flows": Term(
        title="Counted flows",
        meaning="Each distinct row of selected features and label once, with the number of flows "
        "it stands for. Models are fitted and scored on these counts.",
    ),
    "grain": Term(
        title="Grain",
        meaning="What a model was fitted on. exact: all counted flows; binned: continuous features "
        "cut into quantile bins first; rows: a sample of rows, drawn class by class, or every row "
        "where a model is fitted by the whole cluster. Models that saw other rows than the first "
        "are marked, since their scores are not comparable with its.",
    ),
    "interval": Term(
        title="Interval",
        meaning="Where the score would lie in 95 of 100 draws of such a test part. Where the run "
        "recorded none, accuracy gets Wilson's interval from its number of test flows. It covers "
        "the chance in the test flows alone, not in training nor in other traffic.",
    ),
    "rare_class": Term(
        title="Rare class",
        meaning="A class of fewer than 30 test flows: its recall says little, so it is shown with "
        "Wilson's 95 % interval, which is recorded for every class.",
    ),
    "told_apart": Term(
        title="Told apart",
        meaning="Two models of one run are told apart when the paired test of their answers to the "
        "same test flows, corrected by Holm for all pairs of the table, stays below 5 %, and their "
        "difference is not practically equivalent. Where no such test was made: "
        "when their scores differ by more than the root of the summed squares of their half "
        "intervals, which errs towards 'cannot be told apart'.",
    ),
    "seed": Term(
        title="Seed",
        meaning="What starts a model's chance. Where a suite names several, every model is run "
        "with each and carries its seed after a #.",
    ),
    "group": Term(
        title="Group",
        meaning="Models that share a letter cannot be told apart. A model between two others may "
        "stand in the groups of both.",
    ),
    "practically_equivalent": Term(
        title="Practically equivalent",
        meaning="Two models whose difference lies within the region of practical equivalence with "
        "its whole 95 % interval: certain or not, it does not matter. The suite sets the region "
        "(rope). The chances of better, equivalent and worse are shares of 1,000 drawn test parts; "
        "those over folds are the posterior of Benavoli et al. (2017).",
    ),
    "paired_test": Term(
        title="Paired test",
        meaning="Of two models on the same test flows. Accuracy: McNemar's exact test on the flows "
        "that only one of the two gets right. Other metrics: the difference over its standard "
        "error over 1,000 test parts drawn anew for all models at once.",
    ),
    "fold_p": Term(
        title="p over folds",
        kind="plain",
        meaning="Of no difference between two models' scores on the same folds, by the corrected "
        "resampled t-test (Nadeau and Bengio 2003). It takes in the chance in the training flows, "
        "which the test on the test part does not; it is not corrected for the number of pairs.",
    ),
    "p_corrected": Term(
        title="p",
        unit="Holm",
        kind="plain",
        meaning="The chance of a difference at least as large between equal models on such a test "
        "part, corrected for the number of pairs by Holm's method.",
    ),
    "effect": Term(
        title="Effect",
        unit="Cohen's g",
        kind="plain",
        meaning="Of the flows that only one of two models gets right, the first one's share less a "
        "half: 0.05 is small, 0.15 medium, 0.25 large.",
    ),
    "point": Term(title="Point", meaning="A hundredth of a score: 0.88 is one point over 0.87."),
    "split": Term(
        title="Split",
        meaning="How test flows are set apart. random: a random share of all rows, as "
        "scikit-learn's train_test_split does; distinct: each feature vector falls on one side; "
        "by_file: the last files by name; deduplicated: each distinct flow counted once, and a "
        "random share of these.",
    ),
    "verdict": Term(
        title="Verdict",
        meaning="Like is compared with like: the same suite and settings, data and cluster. Of "
        "every case whether it ended well, its scores, times and memory are held against earlier "
        "runs. A change beyond the noise floor is suspected, and confirmed or dropped by reruns of "
        "the case. The run is worse if anything is confirmed to be worse, else changed if anything "
        "is suspected, else better if anything is confirmed to be.",
    ),
    "noise_floor": Term(
        title="Noise floor",
        meaning="How far a number strays from night to night, and at least what does not matter. A "
        "change beyond it is suspected, and called one when reruns of the case agree.",
    ),
    "fingerprint": Term(
        title="Data fingerprint",
        meaning="A hash over the content of all files, whatever their order. Two runs are "
        "compared only where it is the same.",
    ),
    "critical_difference": Term(
        title="Critical difference",
        meaning="Models whose mean ranks over folds, seeds, splits and tasks differ by less cannot "
        "be told apart by Nemenyi's test at 5 % (Demsar 2006). Folds share training flows, and "
        "seeds all of them, so it is drawn a little too small.",
    ),
    "duplicate": Term(
        title="Duplicate",
        kind="count",
        meaning="A row that repeats an earlier one, label included: exactly (float64), or after "
        "rounding to float32.",
    ),
    "quarantined": Term(
        title="Quarantined",
        kind="count",
        meaning="Rows that could not be read; kept aside with file, line and reason.",
    ),
    "dropped": Term(
        title="Incomplete",
        kind="count",
        meaning="Rows with a null or an infinite value; left out of fit and test.",
    ),
}
