from __future__ import annotations

from math import inf, nan

from reports.tables import Column, make_table

SCORE = Column(key="score", title="Score", kind="score", better="higher", bar=True)
TIME = Column(key="time", title="Fit", kind="seconds", better="lower")


def test_the_best_of_a_column_is_its_good_end_and_controls_do_not_count() -> None:
    rows = [{"score": 0.5, "time": 2.0}, {"score": 0.7, "time": 3.0}, {"score": 0.9, "time": 0.1}]
    table = make_table("t", "Caption", [SCORE, TIME], rows, tones=["", "", "control"])
    best = [[cell.is_best for cell in row.cells] for row in table.rows]
    assert best == [[False, True], [True, False], [False, False]]


def test_where_all_are_equal_none_is_best() -> None:
    table = make_table("t", "Caption", [SCORE], [{"score": 0.5}, {"score": 0.5}])
    assert [row.cells[0].is_best for row in table.rows] == [False, False]


def test_bars_are_shares_of_the_largest_and_a_missing_number_has_none() -> None:
    table = make_table("t", "Caption", [SCORE], [{"score": 0.25}, {"score": 0.5}, {}])
    assert [row.cells[0].bar for row in table.rows] == [0.5, 1.0, None]


def test_numbers_that_are_none_are_written_as_a_dash() -> None:
    rows = [{"score": nan}, {"score": inf}, {"score": None}]
    table = make_table("t", "Caption", [TIME, SCORE], rows)
    assert {cell.text for row in table.rows for cell in row.cells} == {"\N{EN DASH}"}
