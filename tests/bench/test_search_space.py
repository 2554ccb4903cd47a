from __future__ import annotations

import pytest
from sklearn.model_selection import ParameterGrid

from bench.errors import SuiteError
from bench.search_space import candidates
from bench.suite_file import load_suite, suite_toml

GRID = {"max_depth": [1, 2, 3], "criterion": ["gini", "entropy"]}


def test_a_small_grid_is_tried_whole():
    assert candidates(GRID, at_most=6, seed=0) == list(ParameterGrid(GRID))


def test_of_a_large_grid_so_many_are_drawn_each_once_and_the_same_for_a_seed():
    drawn = candidates(GRID, at_most=4, seed=1)
    assert drawn == candidates(GRID, at_most=4, seed=1)
    assert len({tuple(sorted(one.items())) for one in drawn}) == 4
    assert all(one in list(ParameterGrid(GRID)) for one in drawn)
    assert any(drawn != candidates(GRID, at_most=4, seed=seed) for seed in range(2, 6))


def test_a_suite_with_a_search_survives_being_written_and_read(tmp_path):
    suite = load_suite("smoke", overrides=["search.decision_tree.max_depth=[2, 4]"])
    assert suite.search == {"decision_tree": {"max_depth": [2, 4]}}
    (tmp_path / "again.toml").write_text(suite_toml(suite))
    assert load_suite(str(tmp_path / "again.toml")) == suite


@pytest.mark.parametrize(
    ("override", "fault"),
    [
        ("search.decision_tre.max_depth=[2]", "unknown model 'decision_tre'"),
        ("search.decision_tree.depth=[2]", "unknown parameter of model 'decision_tree' 'depth'"),
        ("search.decision_tree.max_depth=[2, -1]", "The 'max_depth' parameter"),
        ("search.decision_tree.max_depth=2", "expected a list, such as [1, 2], not 2"),
        ("search.decision_tree.max_depth=[]", "a list of at least 1"),
        ("search.xgboost.max_depth=[2]", "none of the suite's models"),
        ("search.decision_tree.min_samples_leaf=[2]", "take each distinct row for one flow"),
    ],
)
def test_a_grid_that_cannot_be_tried_is_told_with_its_place(override, fault):
    with pytest.raises(SuiteError) as caught:
        load_suite("smoke", overrides=[override])
    assert fault in str(caught.value)
    assert "search" in str(caught.value)
