from __future__ import annotations

from dataclasses import replace

import pytest

from reports.comparison import Comparison
from reports.example import write_example
from reports.example_cases import Shape
from reports.headline import ceiling_text, gap_text, headlines
from reports.records import Score
from reports.run import Run, read_run
from reports.summary import Ceiling


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return read_run(write_example(tmp_path_factory.mktemp("runs"), shape=Shape()))


def scored(run: Run, scores: dict[str, Score]) -> Run:
    """The run with these accuracies on the random split, by model; the others have none."""
    records = tuple(
        record.model_copy(update={"scores": {"accuracy": scores[record.model]}})
        for record in run.records
        if record.split == "random" and record.model in scores
    )
    return replace(run, records=records)


def test_the_winner_is_said_with_its_interval(run: Run) -> None:
    one = scored(run, {"knn": Score(value=0.9, low=0.88, high=0.92)})
    (headline,) = headlines(one)
    assert headline.score == "0.9000 (95 % interval 0.8800 to 0.9200)"
    assert headline.certainty == "It is the only model that ended well."


def test_models_that_cannot_be_told_apart_are_named_and_the_rest_counted(run: Run) -> None:
    names = ("knn", "mlp", "svc", "adaboost", "gaussian_nb", "extra_trees")
    score = Score(value=0.9, low=0.8, high=1.0)
    (headline,) = headlines(scored(run, dict.fromkeys(names, score)))
    assert headline.winner.name == "adaboost"
    assert headline.certainty == (
        "Cannot be told apart from extra_trees, gaussian_nb, knn, mlp and 1 more "
        "(by their intervals)."
    )


def test_a_clear_lead_is_said_in_points(run: Run) -> None:
    apart = {
        "knn": Score(value=0.9, low=0.89, high=0.91),
        "mlp": Score(value=0.8, low=0.79, high=0.81),
    }
    (headline,) = headlines(scored(run, apart))
    assert headline.certainty == (
        "Told apart from all others (by their intervals); mlp is next, 10.00 points behind."
    )


def test_a_paired_test_is_named_by_which_models_are_told_apart(run: Run) -> None:
    score = Score(value=0.9, low=0.8, high=1.0)
    pair = {"first": "knn", "second": "mlp", "difference": 0.01, "verdict": "better"}
    one = scored(run, {"knn": score, "mlp": Score(value=0.89, low=0.8, high=1.0)})
    comparison = Comparison.model_validate(
        {"task": "attack", "split": "random", "metric": "accuracy", "method": "a test",
         "rope": 0.001, "pairs": [pair]}
    )  # fmt: skip
    summary = one.summary.model_copy(update={"comparisons": (comparison,)})
    (headline,) = headlines(replace(one, summary=summary))
    assert headline.certainty == (
        "Told apart from all others (a test; 0.1 points or less taken as equal); "
        "mlp is next, 1.00 points behind."
    )


def test_without_intervals_no_certainty_is_claimed(run: Run) -> None:
    records = tuple(record.model_copy(update={"rows_tested": None}) for record in run.records)
    headline = headlines(replace(run, records=records))[0]
    assert headline.certainty.startswith("How certain this is cannot be said")


def test_the_ceiling_is_that_of_the_selected_features(run: Run) -> None:
    headline = headlines(run)[0]
    assert headline.ceiling is not None
    assert headline.ceiling.k == 10
    assert ceiling_text(headline).endswith("% of the ceiling of 0.8882 on 10 features.")


def test_a_ceiling_of_accuracy_is_no_ceiling_of_another_metric(run: Run) -> None:
    other = replace(run, summary=run.summary.model_copy(update={"metric": "f1_macro"}))
    assert ceiling_text(headlines(other)[0]) == ""


def test_a_ceiling_of_zero_is_no_division(run: Run) -> None:
    nothing = (Ceiling(task="attack", split="random", k=10, value=0.0),)
    other = replace(run, summary=run.summary.model_copy(update={"ceiling": nothing}))
    assert ceiling_text(headlines(other)[0]) == ""


def test_the_honest_gap_is_the_winner_s_on_every_other_split(run: Run) -> None:
    first, *others = headlines(run)
    assert [split for split, _ in first.gaps] == ["distinct", "by_file"]
    assert gap_text(first).startswith("Honest gap of stack: \N{MINUS SIGN}2.")
    assert [headline.gaps for headline in others] == [(), ()]
