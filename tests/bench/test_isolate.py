from __future__ import annotations

import os
import signal
import threading
import time

import psutil
import pytest

import bench.isolate
from bench.case import Limits
from bench.isolate import close_children, run_order, warm_up
from bench.orders import Outcome

RAISES = ("gaussian_nb", {"priors": [0.5, 0.5]})
NEVER_ENDS = ("gradient_boosting", {"n_estimators": 1_000_000})
TAKES_A_GIGABYTE = ("neural_network", {"hidden_layer_sizes": [6_000, 6_000]})
TAKES_A_PETABYTE = ("neural_network", {"hidden_layer_sizes": [10_000_000, 10_000_000]})


@pytest.fixture(scope="module", autouse=True)
def _no_child_is_left():
    yield
    close_children()
    assert not _children()


@pytest.fixture
def run(order):
    """The outcome of one fit in a child of this process."""

    def fit(model, params=None, *, limits=None):
        asked = order("fit", model, params=params or {}, limits=limits)
        return Outcome.model_validate_json(run_order(asked.model_dump_json(), "here"))

    return fit


def test_a_model_that_raises_is_failed_with_its_reason_and_the_end_of_its_log(run):
    outcome = run(*RAISES)
    assert (outcome.status, outcome.reason.kind) == ("failed", "ValueError")
    assert outcome.reason.message == "Number of priors must match number of classes."
    assert outcome.log_tail[-1] == f"ValueError: {outcome.reason.message}"
    assert len(outcome.log_tail) <= 20
    assert not outcome.scores


def test_the_child_goes_on_after_a_model_that_raises_and_its_log_starts_anew(run):
    run(*RAISES)
    before = _pids()
    outcome = run("decision_tree")
    assert outcome.status == "done"
    assert _pids() == before
    assert outcome.log_tail == ()
    assert outcome.reason is None


def test_an_outcome_tells_who_made_it_and_how_much_memory_it_took(run):
    outcome = run("decision_tree")
    assert (outcome.unit, outcome.case_id) == ("attack-random-decision_tree-0",) * 2
    assert outcome.worker == "here"
    assert 50 * 2**20 < outcome.peak_memory_bytes < 4 * 2**30


def test_a_model_that_never_ends_is_timed_out_and_the_next_case_is_done(run):
    run("decision_tree")
    begun = time.monotonic()
    outcome = run(*NEVER_ENDS, limits=Limits(seconds=1.5))
    assert time.monotonic() - begun >= 1.5
    assert (outcome.status, outcome.reason.kind) == ("timed_out", "time_limit")
    assert "ran longer than its 1.5 s; raise limits.seconds" in outcome.reason.message
    assert not _children()
    assert run("decision_tree").status == "done"


def test_a_model_that_takes_too_much_memory_is_out_of_memory_and_the_next_case_is_done(run):
    run("decision_tree")
    limits = Limits(memory="600MiB")
    outcome = run(*TAKES_A_GIGABYTE, limits=limits)
    assert (outcome.status, outcome.reason.kind) == ("out_of_memory", "memory_limit")
    assert "more than its 600.0MiB; raise limits.memory" in outcome.reason.message
    assert outcome.peak_memory_bytes > limits.memory
    assert not _children()
    assert run("decision_tree").status == "done"


def test_a_model_that_asks_for_memory_that_nobody_has_is_out_of_memory_and_its_child_goes_on(run):
    run("decision_tree")
    before = _pids()
    outcome = run(*TAKES_A_PETABYTE)
    assert outcome.status == "out_of_memory"
    assert "Unable to allocate" in outcome.reason.message
    assert run("decision_tree").status == "done"
    assert _pids() == before


def test_warm_children_are_there_before_the_first_case_and_closed_at_once():
    close_children()
    warm_up(2)
    assert len(_children()) == 2
    close_children()
    assert not _children()


def test_closing_the_children_ends_the_order_that_is_at_work(run):
    _once_at_work(close_children)
    outcome = run(*NEVER_ENDS)
    assert outcome.reason.kind == "killed"
    assert not _children()


def test_an_interruption_kills_the_child_that_works(order):
    asked = order("fit", NEVER_ENDS[0], params=NEVER_ENDS[1])
    close_children()
    _once_at_work(os.kill, os.getpid(), signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        run_order(asked.model_dump_json(), "here")
    assert not _children()


def _once_at_work(act, *words):
    """Do this, in a thread of its own, when a child has begun on an order."""

    def wait():
        while not any(child.is_ready for child in tuple(bench.isolate._working)):
            time.sleep(0.01)
        act(*words)

    threading.Thread(target=wait).start()


def _children():
    return [child for child in psutil.Process().children() if "bench.child" in child.cmdline()]


def _pids():
    return {child.pid for child in _children()}
