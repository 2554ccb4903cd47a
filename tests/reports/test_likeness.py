from __future__ import annotations

import pytest

from reports.likeness import likeness_sentence, unlike_leader
from reports.ranking import rank_records
from reports.records import Record, Score


def test_models_on_the_leaders_rows_are_comparable_and_nothing_is_said():
    (ranking,) = rank_records([_record("a", 0.9), _record("b", 0.8)], "accuracy")
    assert unlike_leader(ranking) == ()
    assert likeness_sentence(ranking) == ""


@pytest.mark.parametrize(
    "other", [{"rows_used": 50}, {"rows_tested": 5}, {"grain": "binned", "bins": 62}]
)
def test_a_model_on_other_rows_is_told_apart_from_the_leader(other):
    records = [_record("a", 0.9), _record("b", 0.8, **other), _record("c", 0.7)]
    (ranking,) = rank_records(records, "accuracy")
    assert [entry.name for entry in unlike_leader(ranking)] == ["b"]
    said = likeness_sentence(ranking)
    assert said.startswith("Fitted or tested on other rows than a")
    assert said.endswith("not comparable: b.")


def test_a_record_that_does_not_say_its_rows_is_not_accused():
    records = [_record("a", 0.9), _record("b", 0.8, rows_used=None, rows_tested=None)]
    (ranking,) = rank_records(records, "accuracy")
    assert unlike_leader(ranking) == ()


def _record(model, accuracy, **fields):
    told = {"rows_used": 100, "rows_tested": 20, "grain": "rows"} | fields
    return Record(
        case_id=model,
        model=model,
        role="model",
        task="attack",
        split="random",
        seed=0,
        status="done",
        scores={"accuracy": Score(value=accuracy)},
        **told,
    )
