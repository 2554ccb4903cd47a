from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reports.example import write_example
from reports.example_cases import Shape
from reports.history import read_report
from reports.records import Score
from reports.run import Run, read_run
from reports.store import RunFolder
from reports.verdict import find_differences, find_feature_changes, judge

SMALL = Shape(models=("tree", "forest", "knn"), splits=("random",), failures=1)
STARTED = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return read_run(write_example(tmp_path_factory.mktemp("runs"), shape=SMALL))


def changed(run: Run, model: str, **changes: object) -> Run:
    records = tuple(
        record.model_copy(update=changes) if record.model == model else record
        for record in run.records
    )
    return replace(run, records=records)


def scored(run: Run, model: str, shift: float) -> Run:
    (record,) = [record for record in run.records if record.model == model]
    accuracy = record.scores["accuracy"].value
    assert accuracy is not None
    return changed(run, model, scores={"accuracy": Score(value=accuracy + shift)})


def test_a_run_is_the_same_as_itself(run: Run) -> None:
    verdict = judge(run, baseline=run)
    assert verdict.word == "same"
    assert verdict.counts == {"same": 6, "failed": 1}


@pytest.mark.parametrize(
    ("shift", "word"), [(-0.05, "worse"), (0.05, "better"), (-0.001, "same"), (0.001, "same")]
)
def test_only_what_is_more_than_chance_counts(run: Run, shift: float, word: str) -> None:
    assert judge(scored(run, "tree", shift), baseline=run).word == word


def test_one_worse_case_outweighs_better_ones(run: Run) -> None:
    mixed = scored(scored(run, "tree", -0.05), "forest", 0.05)
    assert judge(mixed, baseline=run).word == "worse"


def test_a_metric_that_is_better_lower_is_judged_so(run: Run) -> None:
    def with_loss(value: float) -> Run:
        loss = Score(value=value, low=value - 0.01, high=value + 0.01, better="lower")
        one = changed(run, "tree", scores={"log_loss": loss})
        return replace(one, summary=one.summary.model_copy(update={"metric": "log_loss"}))

    assert judge(with_loss(0.5), baseline=with_loss(0.3)).word == "worse"
    assert judge(with_loss(0.3), baseline=with_loss(0.5)).word == "better"


def test_a_case_that_newly_fails_is_worse_and_one_that_no_longer_does_is_better(run: Run) -> None:
    broken = changed(run, "knn", status="failed", scores={})
    assert judge(broken, baseline=run).word == "worse"
    assert judge(run, baseline=broken).word == "better"


def test_cases_that_only_one_run_has_are_named_and_change_no_verdict(run: Run) -> None:
    fewer = replace(run, records=run.records[1:])
    assert [change.change for change in judge(run, baseline=fewer).of("new")] == ["new"]
    assert [change.change for change in judge(fewer, baseline=run).of("gone")] == ["gone"]
    assert judge(fewer, baseline=run).word == "same"


@pytest.mark.parametrize(
    ("part", "key", "value", "said"),
    [
        ("data", "fingerprint", "other", "data fingerprint: 5c9f6c1e0d7a before, other now"),
        ("data", "rows", 5, "rows: 173777 before, 5 now"),
        ("cluster", "workers", 8, "workers: 2 before, 8 now"),
    ],
)
def test_unlike_runs_are_not_compared_and_the_reason_is_said(
    run: Run, part: str, key: str, value: object, said: str
) -> None:
    facts = getattr(run.summary, part).model_copy(update={key: value})
    other = replace(run, summary=run.summary.model_copy(update={part: facts}))
    verdict = judge(other, baseline=run)
    assert (verdict.word, verdict.differences) == ("incomparable", (said,))


def test_settings_that_differ_are_named_with_both_values(run: Run) -> None:
    other = replace(run, suite_text=run.suite_text.replace("k = 10", "k = 12") + '[a]\nb = "c"\n')
    assert find_differences(run, other) == (
        "setting a.b: not set before, c now",
        "setting k: 10 before, 12 now",
    )


def test_a_setting_that_only_a_newer_version_has_matters_off_its_default(run: Run) -> None:
    newer = replace(run, suite_text=run.suite_text + "lately = 3\n")
    assert find_differences(run, newer) == ("setting lately: not set before, 3 now",)
    summary = run.summary.model_copy(update={"defaulted": ("lately",)})
    assert find_differences(run, replace(newer, summary=summary)) == ()


def test_a_report_is_judged_against_the_last_run_that_is_like_it(tmp_path: Path) -> None:
    days = [STARTED + timedelta(days=day) for day in range(3)]
    first, second, third = [write_example(tmp_path, started=day, shape=SMALL) for day in days]
    RunFolder(path=second).write_suite("k = 99\n")
    verdict = read_report(third).verdict
    assert verdict is not None
    assert (verdict.word, verdict.baseline.name) == ("same", first.name)


def test_where_no_earlier_run_is_like_it_the_last_one_s_differences_are_said(
    tmp_path: Path,
) -> None:
    write_example(tmp_path, started=STARTED, shape=SMALL)
    later = write_example(tmp_path, started=STARTED + timedelta(days=1), shape=SMALL)
    RunFolder(path=later).write_suite("k = 99\n")
    verdict = read_report(later).verdict
    assert verdict is not None
    assert verdict.word == "incomparable"
    assert "setting k: 10 before, 99 now" in verdict.differences


def test_earlier_runs_are_read_without_their_matrices(tmp_path: Path) -> None:
    write_example(tmp_path, started=STARTED, shape=SMALL)
    later = write_example(tmp_path, started=STARTED + timedelta(days=1), shape=SMALL)
    (earlier,) = read_report(later).earlier
    assert {record.confusion for record in earlier.records} == {()}
    assert any(record.scores for record in earlier.records)


def test_a_control_s_score_makes_a_run_neither_better_nor_worse(run: Run) -> None:
    verdict = judge(scored(run, "dummy", -0.1), baseline=run)
    assert (verdict.word, verdict.counts["worse"]) == ("same", 1)


def test_features_that_came_or_went_are_named(run: Run) -> None:
    (selection,) = run.selections
    swapped = {"TCP": False, "IAT": True}
    features = tuple(
        score.model_copy(update={"selected": swapped.get(score.feature, score.selected)})
        for score in selection.features
    )
    other = replace(run, selections=(selection.model_copy(update={"features": features}),))
    assert find_feature_changes(run, run) == ()
    (line,) = find_feature_changes(run, other)
    assert line == "features of attack · random: +IAT \N{MINUS SIGN}TCP"
