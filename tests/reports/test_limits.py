from __future__ import annotations

from dataclasses import replace

import pytest

from reports.example import write_example
from reports.limits import find_limit
from reports.ranking import Ranking, rank
from reports.records import Score
from reports.run import read_run
from reports.summary import Ceiling


@pytest.fixture(scope="module")
def ranking(tmp_path_factory: pytest.TempPathFactory) -> Ranking:
    return rank(read_run(write_example(tmp_path_factory.mktemp("runs"))))[0]


def said(ranking: Ranking, best: float | None, ceiling: float, leave_one_out: float | None) -> str:
    """What is said of a ranking of one model with this accuracy."""
    scores = {"f1_macro": Score(value=0.5)} | ({"accuracy": Score(value=best)} if best else {})
    entry = ranking.entries[0]
    entry = replace(entry, name="knn", record=entry.record.model_copy(update={"scores": scores}))
    bound = Ceiling(task="attack", split="random", k=10, value=ceiling, leave_one_out=leave_one_out)
    found = find_limit(replace(ranking, entries=(entry,)), bound)
    return f"{found.word}: {found.sentence}" if found else ""


@pytest.mark.parametrize(
    ("best", "ceiling", "leave_one_out", "verdict"),
    [
        (0.88, 0.89, 0.87, "features limit the score: 11.00 of the 12.00 points"),
        (0.88, 0.89, None, "features limit the score"),
        (0.70, 0.99, 0.95, "models limit the score: 25.00 of the 30.00 points"),
        (0.70, 0.99, None, "models limit the score: 29.00 of the 30.00 points"),
        (0.70, 0.99, 0.40, "cannot be told from so few equal flows"),
        (1.0, 1.0, 0.99, "Nothing limits the score"),
    ],
)
def test_it_is_said_what_limits_the_score(
    ranking: Ranking, best: float, ceiling: float, leave_one_out: float | None, verdict: str
) -> None:
    assert verdict in said(ranking, best, ceiling, leave_one_out)


def test_the_share_of_the_ceiling_is_said_first(ranking: Ranking) -> None:
    assert said(ranking, 0.88, 0.89, None).startswith(
        "the features: knn reaches 98.9 % of the ceiling. The"
    )


def test_without_an_accuracy_or_a_ceiling_nothing_is_said(ranking: Ranking) -> None:
    assert said(ranking, None, 0.9, 0.8) == ""
    assert said(ranking, 0.5, 0.0, 0.0) == ""
