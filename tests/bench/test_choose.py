from __future__ import annotations

import pytest

from bench.case import Case
from bench.case_record import unrun_record
from bench.choose import best_models, of_split
from bench.suite_file import load_suite
from reports.records import CrossValidation, Reason, Score

CROSS_VALIDATED = load_suite("demo")
ON_TEST = load_suite("demo", overrides=["choose_on=test"])
BY_MCC = load_suite("demo", overrides=["choose_on=test", "choose_by=mcc"])


def record(model, *, test=0.5, folds=0.5, mcc=0.5, split="random", status="done"):
    """A record of this model with these scores."""
    case = Case(task="attack", split=split, model=model, seed=0)
    reason = Reason(kind="made", message="up")
    return unrun_record(case, CROSS_VALIDATED, status=status, reason=reason).model_copy(
        update={
            "scores": {"accuracy": Score(value=test), "mcc": Score(value=mcc)},
            "cross_validation": CrossValidation(metric="accuracy", folds=(folds,) * 3, mean=folds),
        }
    )


def test_the_best_comes_first():
    records = [record("svc", folds=0.7), record("gaussian_nb", folds=0.9), record("ada_boost")]
    assert best_models(records, CROSS_VALIDATED) == ["gaussian_nb", "svc", "ada_boost"]


@pytest.mark.parametrize(
    ("suite", "first"),
    [(CROSS_VALIDATED, "svc"), (ON_TEST, "gaussian_nb"), (BY_MCC, "ada_boost")],
)
def test_the_suite_says_by_which_score_of_which_part(suite, first):
    records = [
        record("gaussian_nb", test=0.9),
        record("svc", folds=0.9),
        record("ada_boost", mcc=0.9),
    ]
    assert best_models(records, suite)[0] == first


@pytest.mark.parametrize("suite", [CROSS_VALIDATED, ON_TEST])
def test_a_control_is_never_chosen_however_good(suite):
    records = [record("dummy", test=1.0, folds=1.0), record("one_rule", test=1.0), record("svc")]
    assert best_models(records, suite) == ["svc"]


@pytest.mark.parametrize("status", ["failed", "timed_out", "out_of_memory", "worker_lost"])
def test_a_model_that_did_not_end_well_is_not_chosen(status):
    records = [record("svc", folds=0.9, status=status), record("gaussian_nb")]
    assert best_models(records, CROSS_VALIDATED) == ["gaussian_nb"]


def test_a_model_without_all_its_folds_is_not_chosen_by_them():
    whole, broken = record("svc"), record("gaussian_nb", folds=0.9)
    records = [whole, broken.model_copy(update={"cross_validation": None})]
    assert best_models(records, CROSS_VALIDATED) == ["svc"]
    assert best_models(records, ON_TEST) == ["svc", "gaussian_nb"]


@pytest.mark.parametrize("ended", [("svc", "ada_boost"), ("ada_boost", "svc")])
@pytest.mark.parametrize("listed", [("svc", "ada_boost"), ("ada_boost", "svc")])
def test_of_equal_models_the_earlier_in_the_suite_comes_first_whichever_ended_first(listed, ended):
    suite = ON_TEST.model_copy(update={"models": listed})
    assert tuple(best_models([record(model) for model in ended], suite)) == listed


def test_records_of_another_split_or_seed_are_not_looked_at():
    other_seed = record("svc", split="by_file").model_copy(update={"seed": 1})
    records = [record("svc"), record("gaussian_nb", split="by_file"), other_seed]
    assert of_split(records, "attack", "by_file", seed=0) == [records[1]]
    assert of_split(records, "family", "random", seed=0) == []
