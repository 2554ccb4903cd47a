from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

import bench.watched_child
from bench.case import Limits
from bench.orders import READY
from bench.watched_child import Child
from cluster.fork_server import ADDRESS, fork_server
from cluster.nursery import start_nursery

NEVER_ENDS = {"n_estimators": 1_000_000}
SLOW_TO_START = """
import sys, time
if "bench.child" in " ".join(sys.orig_argv):
    time.sleep({seconds})
"""


@pytest.fixture(params=["forked", "started anew"])
def way(request, monkeypatch):
    """How children come to be: from a fork server, or where there is none."""
    if request.param == "started anew":
        yield
        return
    if not start_nursery():
        pytest.skip("processes are forked on Linux alone")
    with fork_server() as environment:
        monkeypatch.setenv(ADDRESS, environment[ADDRESS])
        yield


@pytest.fixture
def signalled_child(order, way):
    """What becomes of an endless fit whose child gets this signal."""
    child = Child()

    def outcome(number):
        threading.Thread(target=_signal_once_ready, args=(child, number)).start()
        return child.ask(order("fit", "gradient_boosting", params=NEVER_ENDS))

    yield outcome
    assert not child.is_alive
    child.kill()


@pytest.fixture
def slow_child(tmp_path, monkeypatch):
    """A child that takes so many seconds before it imports anything."""
    children = []

    def start(seconds):
        (tmp_path / "sitecustomize.py").write_text(SLOW_TO_START.format(seconds=seconds))
        path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
        monkeypatch.setenv("PYTHONPATH", path)
        children.append(Child())
        return children[-1]

    yield start
    for child in children:
        child.kill()


def test_a_childs_start_does_not_count_against_the_time_of_its_first_order(slow_child, order):
    child = slow_child(12)
    outcome = child.ask(order("fit", "dummy", limits=Limits(seconds=10)))
    assert outcome.status == "done"


def test_a_child_that_does_not_come_up_is_ended_and_its_order_failed(
    slow_child, order, monkeypatch
):
    monkeypatch.setattr(bench.watched_child, "START_SECONDS", 0.5)
    child = slow_child(600)
    outcome = child.ask(order("fit", "dummy"))
    assert (outcome.status, outcome.reason.kind) == ("failed", "start_limit")
    assert "was not ready within 0.5 s" in outcome.reason.message
    assert not child.is_alive


def test_a_child_that_the_kernel_kills_is_out_of_memory(signalled_child):
    outcome = signalled_child(signal.SIGKILL)
    assert (outcome.status, outcome.reason.kind) == ("out_of_memory", "killed")


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT"])
def test_a_child_that_dies_of_a_signal_is_failed_and_says_which(name, signalled_child):
    outcome = signalled_child(signal.Signals[name])
    assert (outcome.status, outcome.reason.kind) == ("failed", "signal")
    assert outcome.reason.message == f"its process died of {name}"


def test_a_child_that_ends_by_itself_is_failed_with_its_status_and_log(order, way):
    child = Child()
    outcome = child.ask(order("fit", "decision_tree").model_copy(update={"kind": "dance"}))
    assert (outcome.status, outcome.reason.kind) == ("failed", "exit")
    assert outcome.reason.message == "its process ended by itself with status 1"
    assert any("dance" in line for line in outcome.log_tail)
    child.kill()


def test_a_child_is_started_anew_where_the_fork_server_is_gone(order, tmp_path, monkeypatch):
    monkeypatch.setenv(ADDRESS, str(tmp_path / "forks"))
    child = Child()
    assert child.ask(order("fit", "dummy")).status == "done"
    child.kill()


def test_a_child_ends_at_once_when_its_worker_is_gone_whatever_the_model_does(order):
    endless = order("fit", "gradient_boosting", params=NEVER_ENDS)
    with subprocess.Popen(
        [sys.executable, "-m", "bench.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        answers, _ = child.communicate(endless.model_dump_json() + "\n")
    assert (child.returncode, answers) == (0, READY)


def _signal_once_ready(child, number):
    while not child.is_ready:
        time.sleep(0.01)
    os.kill(child._process.pid, number)
