from __future__ import annotations

import json

from bench.speed.__main__ import LONG
from bench.speed.goals import GOALS
from bench.speed.measures import MEASURES, Reading
from bench.speed.results import results_table, write_results


def reading(goal, value):
    return Reading(goal=goal, value=value, rests_on="10.0 s / 2.0 s")


def test_a_row_says_what_was_found_and_whether_the_goal_is_met():
    table = results_table([reading("cold_to_parse", 4.5), reading("plain_speedup", 20.0)])
    met, missed = table.splitlines()[2:]
    assert met == "| nightly, cold / parsing, files on disk | 4.5 | ≤ 5 | yes | 10.0 s / 2.0 s |"
    assert "| 20 | ≥ 50 | **no** |" in missed


def test_a_figure_that_is_not_measured_again_stays(tmp_path):
    for found in (reading("cold_to_parse", 4.5), reading("warm_to_parse", 1.25)):
        path = write_results([found], name="full", environment={"cores": 2}, folder=tmp_path)
    assert "| 4.5 |" in path.read_text()
    assert "| 1.25 |" in path.read_text()
    kept = json.loads((tmp_path / "full.json").read_text())
    assert kept["cold_to_parse"]["environment"] == {"cores": 2}


def test_every_goal_has_one_bound():
    for goal in GOALS.values():
        assert (goal.at_most is None) != (goal.at_least is None), goal.name
    assert set(LONG) < set(MEASURES)
