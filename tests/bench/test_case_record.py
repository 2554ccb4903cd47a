from __future__ import annotations

import pytest

from bench.case import Case
from bench.case_record import case_record, unrun_record
from bench.orders import Outcome
from bench.suite_file import load_suite
from pipeline.zoo import ZOO
from reports.records import Reason, Score

SUITE = load_suite("smoke", overrides=["params.decision_tree.max_depth=4"])
CASE = Case(task="binary", split="random", model="decision_tree", seed=0)
LATE = Reason(kind="time_limit", message="ran longer than its 2 s")


def outcome(fold=None, *, status="done", score=0.5, **fields):
    """What became of the fit, or of one fold."""
    suffix = "" if fold is None else f"-fold{fold}"
    scores = {"scores": {"accuracy": Score(value=score)}} if fold is None else {}
    found = {"rows_asked": 90, "rows_used": 90} if fold is None else {}
    return Outcome(
        unit=f"{CASE.case_id}{suffix}",
        case_id=CASE.case_id,
        fold=fold,
        status=status,
        fold_scores={} if fold is None or status != "done" else {"accuracy": score},
        **scores | found | fields,
    )


def test_scores_and_costs_are_those_of_the_fit_and_the_folds_give_the_cross_validation():
    fit = outcome(score=0.8, seconds={"fit": 2.0}, peak_memory_bytes=7)
    record = case_record(CASE, SUITE, [outcome(2, score=0.6), fit, outcome(0), outcome(1)])
    assert record.status == "done"
    assert record.scores["accuracy"].value == 0.8
    assert (record.seconds, record.peak_memory_bytes) == ({"fit": 2.0}, 7)
    assert record.cross_validation.folds == (0.5, 0.5, 0.6)
    assert record.cross_validation.mean == pytest.approx(1.6 / 3)


def test_a_record_says_which_case_it_is_and_how_counts_reach_its_model():
    record = case_record(CASE, SUITE, [outcome()])
    assert record.case_id == "binary-random-decision_tree-0"
    assert (record.model, record.role, record.seed) == ("decision_tree", "model", 0)
    assert record.params == {"max_depth": 4}
    assert record.counts_enter == ZOO["decision_tree"].counts_enter


@pytest.mark.parametrize("model", ["dummy", "svc", "stack"])
def test_every_role_has_its_name(model):
    record = unrun_record(
        CASE.model_copy(update={"model": model}), SUITE, status="not_started", reason=LATE
    )
    assert record.role == {"dummy": "control", "svc": "model", "stack": "stack"}[model]


def test_a_fold_that_did_not_end_well_gives_the_case_its_status_and_says_which_fold():
    late = outcome(1, status="timed_out", reason=LATE, log_tail=("slow",))
    record = case_record(CASE, SUITE, [outcome(score=0.8), outcome(0), late, outcome(2)])
    assert (record.status, record.log_tail) == ("timed_out", ("slow",))
    assert record.reason.message == "fold 1: ran longer than its 2 s"
    assert record.scores["accuracy"].value == 0.8
    assert record.cross_validation is None


def test_a_fit_that_did_not_end_well_gives_its_own_reason():
    record = case_record(CASE, SUITE, [outcome(status="timed_out", reason=LATE), outcome(0)])
    assert (record.status, record.reason) == ("timed_out", LATE)


def test_a_case_without_folds_has_no_cross_validation():
    assert case_record(CASE, SUITE, [outcome()]).cross_validation is None


@pytest.mark.parametrize(
    ("used", "bins", "grain"),
    [(90, None, "exact"), (50, None, "rows"), (90, 62, "binned"), (50, 62, "rows")],
)
def test_the_grain_says_whether_all_rows_were_used_and_as_they_are(used, bins, grain):
    record = case_record(CASE, SUITE, [outcome(rows_used=used)], bins=bins)
    assert (record.grain, record.bins) == (grain, bins)


def test_a_case_that_never_ran_has_its_reason_and_no_scores():
    record = unrun_record(CASE, SUITE, status="skipped", reason=LATE, members=("a", "b"))
    assert (record.status, record.reason, record.members) == ("skipped", LATE, ("a", "b"))
    assert not record.scores
