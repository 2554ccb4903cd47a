from __future__ import annotations

import pytest

from bench.case import Case
from bench.case_record import unrun_record
from bench.fold_ranks import fold_ranks
from bench.suite_file import load_suite
from reports.ranking import rank_records
from reports.records import CrossValidation, Reason, Score

SUITE = load_suite("smoke")
FOLDS = {"svc": (0.9, 0.8, 0.9), "gaussian_nb": (0.7, 0.7, 0.7), "ada_boost": (0.5, 0.9, 0.5)}


def record(model, *, folds=None, test=0.5, seed=0, split="random"):
    case = Case(task="attack", split=split, model=model, seed=seed)
    reason = Reason(kind="made", message="up")
    validated = folds and CrossValidation(metric="accuracy", folds=folds, mean=sum(folds) / 3)
    return unrun_record(case, SUITE, status="failed", reason=reason).model_copy(
        update={
            "status": "done",
            "scores": {"accuracy": Score(value=test)},
            "cross_validation": validated,
        }
    )


def ranks(records):
    return fold_ranks(rank_records(records, "accuracy"))


def test_models_are_ranked_on_every_fold_of_every_seed_and_split():
    records = [
        record(model, folds=folds, seed=seed, split=split)
        for model, folds in FOLDS.items()
        for seed in (0, 1)
        for split in ("random", "by_file")
    ]
    found = ranks(records)
    assert found["blocks"] == 12
    # On two folds of three svc is first, on the third it is second.
    assert found["mean_ranks"] == pytest.approx(
        {"svc": 4 / 3, "gaussian_nb": 7 / 3, "ada_boost": 7 / 3}
    )


def test_a_model_that_lacks_a_fold_is_not_ranked():
    whole = [record(model, folds=folds, seed=s) for model, folds in FOLDS.items() for s in (0, 1)]
    more = [record("dummy", folds=(0.1, 0.1, 0.1)), record("stack")]
    assert set(ranks([*whole, *more])["mean_ranks"]) == set(FOLDS)


def test_without_folds_the_test_parts_are_the_blocks():
    records = [
        record(model, test=folds[0], seed=seed)
        for model, folds in FOLDS.items()
        for seed in range(5)
    ]
    found = ranks(records)
    assert found["blocks"] == 5
    assert found["mean_ranks"] == {"svc": 1.0, "gaussian_nb": 2.0, "ada_boost": 3.0}


def test_too_few_folds_are_no_ground_for_ranks():
    assert ranks([record(model, folds=folds) for model, folds in FOLDS.items()]) == {}
