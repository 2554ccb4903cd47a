from __future__ import annotations

from dataclasses import replace

import pytest

from reports.example import write_example
from reports.example_cases import Shape
from reports.history import Report
from reports.numbers import points_text
from reports.run import Run, read_run
from reports.sections.grain import grain
from reports.tables import Table


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    shape = Shape(splits=("random", "by_file"))
    return read_run(write_example(tmp_path_factory.mktemp("runs"), shape=shape))


def texts(table: Table, column: str) -> list[str]:
    place = [each.key for each in table.columns].index(column)
    return [row.cells[place].text for row in table.rows]


def test_every_task_and_split_has_its_grain_and_the_reason(run: Run) -> None:
    table = grain(Report(run=run)).tables[0]
    assert texts(table, "where") == ["attack · random", "attack · by_file"]
    assert texts(table, "grain") == ["binned", "binned"]
    assert "are more than 2,000" in texts(table, "why")[0]


def test_the_price_of_binning_is_told_for_every_model_with_its_interval(run: Run) -> None:
    table = grain(Report(run=run)).tables[1]
    assert texts(table, "accuracy_difference") == [points_text(0.0004), points_text(-0.0031)]
    assert texts(table, "f1_range") == [
        f"{points_text(low)} to {points_text(high)}"
        for low, high in ((-0.0006, 0.0014), (-0.0041, -0.0021))
    ]
    assert texts(table, "verdict") == ["yes", "no"]


def test_a_model_that_failed_on_the_sample_says_so(run: Run) -> None:
    failed = run.summary.price_of_binning[0].model_copy(
        update={"status": "timed_out", "accuracy_difference": None}
    )
    told = replace(run, summary=run.summary.model_copy(update={"price_of_binning": (failed,)}))
    assert texts(grain(Report(run=told)).tables[1], "verdict") == ["timed_out"]


def test_edges_of_bins_are_spoken_of_only_where_there_are_bins(run: Run) -> None:
    exact = tuple(
        fact.model_copy(update={"grain": "exact", "bins": None}) for fact in run.summary.grain
    )
    update = {"grain": exact, "price_of_binning": ()}
    told = replace(run, summary=run.summary.model_copy(update=update))
    assert "Edges of bins" in grain(Report(run=run)).html
    assert "Edges of bins" not in grain(Report(run=told)).html
    assert len(grain(Report(run=told)).tables) == 1
