from __future__ import annotations

from pathlib import Path

import pytest

from reports.apart import ties
from reports.described import Profile
from reports.ranking import Estimate, are_apart, estimate, leading_field, rank, wilson
from reports.records import Record, Score
from reports.run import Run
from reports.summary import Summary


def a_record(model: str, value: float, **changes: object) -> Record:
    said = {
        "case_id": f"{model}-{changes.get('task', 'attack')}-{changes.get('seed', 0)}",
        "model": model,
        "role": "model",
        "task": "attack",
        "split": "random",
        "seed": 0,
        "status": "done",
        "scores": {"accuracy": {"value": value}},
        "rows_tested": 1_000,
    }
    return Record.model_validate({**said, **changes})


def a_run(*records: Record, metric: str = "accuracy") -> Run:
    return Run(
        path=Path("run"),
        summary=Summary(metric=metric),
        profile=Profile(),
        selections=(),
        records=records,
        suite_text="",
    )


def test_models_stand_best_first_and_controls_apart() -> None:
    run = a_run(a_record("b", 0.5), a_record("dummy", 0.99, role="control"), a_record("a", 0.9))
    (ranking,) = rank(run)
    assert [entry.name for entry in ranking.entries] == ["a", "b"]
    assert [entry.name for entry in ranking.controls] == ["dummy"]


def test_equal_scores_stand_by_name_whatever_ended_first() -> None:
    records = [a_record(name, 0.5) for name in "cab"]
    for order in (records, records[::-1]):
        assert [entry.name for entry in rank(a_run(*order))[0].entries] == ["a", "b", "c"]


def test_of_a_metric_that_is_better_lower_the_lowest_wins() -> None:
    scores = (
        {"log_loss": Score(value=0.3, better="lower")},
        {"log_loss": Score(value=0.2, better="lower")},
    )
    run = a_run(
        a_record("a", 0.9, scores=scores[0]),
        a_record("b", 0.5, scores=scores[1]),
        metric="log_loss",
    )
    assert [entry.name for entry in rank(run)[0].entries] == ["b", "a"]


def test_tasks_and_splits_come_in_reading_order() -> None:
    places = [("binary", "random"), ("attack", "by_file"), ("own", "x"), ("attack", "random")]
    run = a_run(*(a_record("a", 0.5, task=task, split=split, case_id=task + split)
                  for task, split in places))  # fmt: skip
    assert [ranking.title for ranking in rank(run)] == [
        "attack · random", "attack · by_file", "binary · random", "own · x",
    ]  # fmt: skip


def test_several_seeds_of_a_model_are_told_apart_by_name() -> None:
    run = a_run(a_record("a", 0.5), a_record("a", 0.6, seed=1))
    assert [entry.name for entry in rank(run)[0].entries] == ["a #1", "a #0"]


def test_a_case_without_the_metric_or_that_failed_is_not_ranked() -> None:
    run = a_run(a_record("a", 0.5, scores={}), a_record("b", 0.5, status="failed"))
    assert rank(run) == ()


def test_a_recorded_interval_goes_before_wilson_s() -> None:
    recorded = {"accuracy": {"value": 0.5, "low": 0.1, "high": 0.9}}
    assert estimate(a_record("a", 0.5, scores=recorded), "accuracy") == Estimate(
        value=0.5, low=0.1, high=0.9
    )


def test_a_metric_without_interval_has_none() -> None:
    known = estimate(a_record("a", 0.5, scores={"mcc": {"value": 0.4}}), "mcc")
    assert known is not None
    assert not known.has_interval


def test_only_models_whose_scores_differ_by_more_than_chance_are_told_apart() -> None:
    run = a_run(a_record("a", 0.90), a_record("b", 0.89), a_record("c", 0.80))
    assert [entry.name for entry in ties(rank(run)[0])] == ["b"]


@pytest.mark.parametrize(("share", "trials"), [(0.0, 1), (1.0, 1), (0.5, 10**9), (0.999, 10**7)])
def test_wilson_s_interval_holds_its_share_and_stays_between_0_and_1(
    share: float, trials: int
) -> None:
    low, high = wilson(share, trials)
    assert 0 <= low <= share <= high <= 1


def test_a_score_is_not_told_apart_from_itself() -> None:
    exact = Estimate(value=0.5, low=0.5, high=0.5)
    assert not are_apart(exact, exact)


def test_the_field_leaves_out_who_lies_far_behind() -> None:
    scores = {"a": 0.82, "b": 0.81, "c": 0.80, "d": 0.79, "e": 0.24}
    (ranking,) = rank(a_run(*(a_record(name, score) for name, score in scores.items())))
    assert [entry.name for entry in leading_field(ranking)] == ["a", "b", "c", "d"]


def test_where_most_models_are_equal_all_are_of_the_field() -> None:
    scores = {"a": 0.8, "b": 0.8, "c": 0.8, "d": 0.2}
    (ranking,) = rank(a_run(*(a_record(name, score) for name, score in scores.items())))
    assert len(leading_field(ranking)) == 4
