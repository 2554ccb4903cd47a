from __future__ import annotations

import pytest

from bench.errors import BenchError
from bench.speed.command import planned_seconds, python, run_suite, threatbench
from bench.speed.parse import rows_of
from bench.speed.plain_study import split


@pytest.fixture(scope="module")
def flows(tmp_path_factory):
    folder = tmp_path_factory.mktemp("flows")
    threatbench("synth", folder, "--rows", 2_000, "--files", 2, "--family", "DDoS", "--workers", 1)
    return folder


def test_a_run_is_timed_and_its_first_line_of_a_case_too(flows, tmp_path):
    settings = ('models=["dummy", "one_rule"]', "stack=0", 'cluster.kind="inline"')
    run = run_suite("notebook", data=flows, home=tmp_path, settings=settings)
    first, board = map(run.command.seconds_until, ("accuracy 0.", "Models on"))
    assert 0 < first < board < run.command.seconds
    assert run.command.line_of("report: ").endswith("report.html")
    assert {record["status"] for record in run.records} == {"done"}
    assert run.facts["seconds"]["zoo"] < run.command.seconds
    assert run.command.cpu_seconds > 0


def test_what_a_run_is_planned_to_take_is_read_off_the_plan(flows, tmp_path):
    assert 0 < planned_seconds("notebook", data=flows, home=tmp_path) < 3_600


def test_a_command_that_fails_says_which_and_why(tmp_path):
    with pytest.raises(BenchError, match=r"bench\.cli profile .*status 2:"):
        threatbench("profile", tmp_path / "absent")


def test_parsing_in_two_processes_takes_some_time(flows):
    assert float(python("bench.speed.parse", flows).stdout) > 0
    assert sum(map(rows_of, flows.glob("*.csv"))) == 2_000


@pytest.mark.filterwarnings("ignore:Features .* are constant", "ignore:(invalid|divide)")
def test_the_plain_script_keeps_ten_features_and_a_fifth_for_the_test(flows):
    X_train, X_test, y_train, y_test = split(sorted(flows.glob("*.csv")))
    assert X_train.shape == (1_600, 10)
    assert X_test.shape == (400, 10)
    assert (len(y_train), len(y_test)) == (1_600, 400)
