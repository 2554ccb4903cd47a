from __future__ import annotations

import pytest

from bench.rows.budget import MOST_ROWS, row_budget, rows_why, why_tested
from pipeline.zoo import find_model

WHOLE = {"given": None, "effort": 1.0, "classes": 34}


def test_more_features_afford_fewer_rows():
    tree = find_model("decision_tree")
    assert row_budget(tree, features=40, **WHOLE) == row_budget(tree, features=20, **WHOLE) // 2
    assert row_budget(tree, features=5, **WHOLE) == row_budget(tree, features=10, **WHOLE)


def test_no_model_of_one_process_gets_more_than_a_sample_holds_unless_the_suite_says_so():
    cheap = find_model("gaussian_nb")
    assert row_budget(cheap, features=10, **WHOLE) == MOST_ROWS
    assert row_budget(cheap, features=10, **WHOLE | {"given": 3 * MOST_ROWS}) == 3 * MOST_ROWS


def test_the_linear_model_of_the_cluster_gets_every_row():
    assert row_budget(find_model("sgd_every_row"), features=10, **WHOLE) >= 10**15


@pytest.mark.parametrize(
    ("given", "word"), [(500, "the suite gives it"), (None, "in the time it is given it affords")]
)
def test_the_ledger_says_whose_budget_it_was(given, word):
    why = rows_why(500, 2_000, given=given, features=46)
    assert why.startswith(f"{word} 500 rows of 46 features")
    assert "2,000" in why


def test_the_ledger_is_silent_where_every_row_was_used():
    assert rows_why(2_000, 2_000, given=500, features=46) is None
    assert why_tested(300, 300) is None
    assert "100 drawn from 300" in why_tested(100, 300)
