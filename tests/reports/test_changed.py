from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reports.changed import changed_text
from reports.example import write_example
from reports.example_cases import Shape
from reports.history import Report, read_report
from reports.records import Score
from reports.run import Run

SMALL = Shape(models=("tree", "forest"), splits=("random",), failures=0)
TREE = "attack/random/tree/0"


@pytest.fixture
def runs(tmp_path) -> tuple[Run, Run]:
    """A run and one a day later that is equal to it."""
    started = datetime(2026, 1, 2, tzinfo=UTC)
    folders = [
        write_example(tmp_path, started=started + timedelta(days=day), shape=SMALL)
        for day in range(2)
    ]
    first, second = (read_report(folder).run for folder in folders)
    return first, second


def with_tree(run: Run, **changes: object) -> Run:
    records = tuple(
        record.model_copy(update=changes) if record.case_id == TREE else record
        for record in run.records
    )
    return replace(run, records=records)


def accuracy(run: Run, value: float) -> Run:
    return with_tree(run, scores={"accuracy": Score(value=value, low=value, high=value)})


def said(before: Run, now: Run) -> tuple[str, str]:
    changed = changed_text(Report(run=now, earlier=(before,)).judgement)
    return f"{changed.sign} {changed.title}", "\n".join(changed.lines)


def test_a_first_run_has_nothing_to_be_held_against(runs):
    changed = changed_text(Report(run=runs[0]).judgement)
    assert (changed.word, changed.last) == ("first", "")


def test_an_equal_run_is_the_same_and_the_last_one_is_named(runs):
    first, second = runs
    title, lines = said(first, second)
    assert title == "= Same as the run before it"
    assert "measures of all cases are the same" in lines
    assert changed_text(Report(run=second, earlier=(first,)).judgement).last == first.name


def test_a_drop_is_told_with_its_numbers_and_waits_for_reruns(runs):
    first, second = (accuracy(run, value) for run, value in zip(runs, (0.9, 0.8), strict=True))
    title, lines = said(first, second)
    assert title == "? Changed against the run before it"
    assert "tree (attack · random) Accuracy 0.9000 to 0.8000" in lines
    again = with_tree(second).records[0].model_copy(
        update={"case_id": f"{TREE}-again1", "rerun_of": TREE, "rerun_why": "suspected",
                "scores": {"accuracy": Score(value=0.8)}}
    )  # fmt: skip
    title, lines = said(first, replace(second, reruns=(again,)))
    assert title == "▼ Worse than the run before it"
    assert lines.startswith("worse: tree (attack · random) Accuracy 0.9000 to 0.8000")


def test_a_case_that_fails_for_the_first_time_is_said_in_words(runs):
    first, second = runs
    _, lines = said(first, with_tree(second, status="failed", scores={}))
    assert "tree (attack · random) Ended well yes to no, newly failed" in lines


def test_unlike_runs_say_why_and_only_so_many_reasons(runs):
    first, second = runs
    settings = "".join(f"extra_{number} = 1\n" for number in range(5))
    title, lines = said(first, replace(second, suite_text=settings + second.suite_text))
    assert title == "≠ Not comparable with the last run"
    assert lines.endswith("and 2 more")
