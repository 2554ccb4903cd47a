from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from reports.example import write_example
from reports.example_cases import Shape
from reports.history import Report
from reports.run import Run, read_run
from reports.sections.ceiling import ceiling
from reports.summary import Ceiling, GrainFact
from reports.tables import Table


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    shape = Shape(splits=("random", "by_file"))
    return read_run(write_example(tmp_path_factory.mktemp("runs"), shape=shape))


def tables(run: Run) -> dict[str, Table]:
    return {table.key: table for table in ceiling(Report(run=run)).tables}


def with_ceilings(run: Run, ceilings: Sequence[Ceiling]) -> Run:
    return replace(run, summary=run.summary.model_copy(update={"ceiling": tuple(ceilings)}))


def values(table: Table, column: str) -> list[object]:
    place = [each.key for each in table.columns].index(column)
    return [row.cells[place].value for row in table.rows]


def test_the_exact_ceilings_stand_apart_from_the_points_of_the_curves(run: Run) -> None:
    found = tables(run)
    assert values(found["ceiling"], "where") == ["attack · random", "attack · by_file"]
    assert values(found["ceiling-curve-attack-random"], "k") == list(range(1, 15))
    assert values(found["ceiling-curve-attack-random"], "feature")[:2] == [
        "Protocol Type",
        "fin_flag_number",
    ]


def test_every_model_has_its_share_of_each_split_s_ceiling(run: Run) -> None:
    (table,) = [table for key, table in tables(run).items() if key == "ceiling-share-attack"]
    top = next(one for one in run.summary.ceiling if not one.is_of_curve)
    accuracy = {
        record.model: record.scores["accuracy"].value
        for record in run.records
        if record.status == "done" and record.split == "random"
    }
    shares = dict(zip(values(table, "model"), values(table, "random"), strict=True))
    assert set(shares) == set(accuracy)
    assert shares["dummy"] == pytest.approx(accuracy["dummy"] / top.value)


def test_it_is_said_in_words_what_limits_the_score(run: Run) -> None:
    assert set(values(tables(run)["ceiling"], "limit")) == {"the features"}
    html = ceiling(Report(run=run)).html
    assert "% of the ceiling. The features limit the score: 11.18 of the" in html


def test_a_ceiling_on_binned_flows_says_so(run: Run) -> None:
    facts = [
        GrainFact(task="attack", split=split, grain=grain)
        for split, grain in (("random", "binned"), ("by_file", "exact"))
    ]
    other = replace(run, summary=run.summary.model_copy(update={"grain": tuple(facts)}))
    assert values(tables(other)["ceiling"], "grain") == ["binned", "exact"]


def test_the_sample_the_bins_and_the_bias_of_the_curves_are_stated(run: Run) -> None:
    html = ceiling(Report(run=run)).html
    assert "a seeded random sample of 20,000 rows" in html
    assert "a column of more than 255 values is cut into that many bins" in html
    assert (
        "Where feature vectors are rare the ceiling is too high and leave one out too low" in html
    )
    assert html.count("<svg") == 1


def test_a_curve_on_all_rows_speaks_of_no_sample(run: Run) -> None:
    whole = [one.model_copy(update={"sampled_rows": one.sampled_of}) for one in run.summary.ceiling]
    html = ceiling(Report(run=with_ceilings(run, whole))).html
    assert "They rest on all 34,756 rows" in html
    assert "random sample" not in html


def test_a_run_without_curves_says_nothing_of_samples(run: Run) -> None:
    exact = [one for one in run.summary.ceiling if not one.is_of_curve]
    other = with_ceilings(run, exact)
    html = ceiling(Report(run=other)).html
    assert "The curves" not in html
    assert "<svg" not in html
    assert set(tables(other)) == {"ceiling", "ceiling-share-attack"}


def test_more_splits_than_colours_are_all_in_tables(run: Run, tmp_path: Path) -> None:
    shape = Shape(splits=("random", "distinct", "by_file", "deduplicated"))
    many = read_run(write_example(tmp_path, shape=shape))
    assert sum(key.startswith("ceiling-curve-") for key in tables(many)) == 4
