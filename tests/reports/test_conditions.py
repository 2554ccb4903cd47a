from __future__ import annotations

from dataclasses import replace

import pytest

from reports.conditions import find_differences, find_feature_changes
from reports.example import write_example
from reports.example_cases import Shape
from reports.run import Run, read_run

SMALL = Shape(models=("tree", "forest", "knn"), splits=("random",), failures=1)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return read_run(write_example(tmp_path_factory.mktemp("runs"), shape=SMALL))


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
    assert find_differences(run, other) == (said,)


@pytest.mark.parametrize("status", ["interrupted", "failed", "running"])
def test_a_run_that_has_not_ended_well_is_no_baseline(run: Run, status: str) -> None:
    partial = replace(run, summary=run.summary.model_copy(update={"status": status}))
    assert find_differences(partial, run) == (f"how it ended: {status} before",)
    assert find_differences(run, partial) == ()


def test_settings_that_differ_are_named_with_both_values(run: Run) -> None:
    other = replace(run, suite_text=run.suite_text.replace("k = 10", "k = 12") + '[a]\nb = "c"\n')
    assert find_differences(run, other) == (
        "setting a.b: not set before, c now",
        "setting k: 10 before, 12 now",
    )


def test_of_a_list_that_changed_what_came_and_went_is_said(run: Run) -> None:
    before = replace(run, suite_text='models = ["a", "b"]')
    now = replace(run, suite_text='models = ["b", "c"]')
    assert find_differences(before, now) == ("setting models: +c \N{MINUS SIGN}a",)
    turned = replace(run, suite_text='models = ["b", "a"]')
    assert find_differences(before, turned) == ("setting models: in another order",)


def test_a_setting_that_only_a_newer_version_has_matters_off_its_default(run: Run) -> None:
    newer = replace(run, suite_text=run.suite_text + "lately = 3\n")
    assert find_differences(run, newer) == ("setting lately: not set before, 3 now",)
    summary = run.summary.model_copy(update={"defaulted": ("lately",)})
    assert find_differences(run, replace(newer, summary=summary)) == ()


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
