from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import time
from pathlib import Path

import psutil
import pytest

from cluster.fork_server import ADDRESS, fork_server
from cluster.forked import GONE, Forked
from cluster.nursery import start_nursery
from cluster.worker_environment import FORKS

pytestmark = pytest.mark.skipif(not FORKS, reason="processes are forked on Linux alone")

PROGRAM = """
import os, signal, sys

def echo():
    print("begun", file=sys.stderr)
    for line in sys.stdin:
        print(line.strip().upper(), flush=True)

def fail():
    raise ValueError("so it is")

def abort():
    os.abort()

def ignore_interrupts():
    os.kill(os.getpid(), signal.SIGINT)
    print("going on", flush=True)

def count_files():
    print(len(os.listdir("/proc/self/fd")), flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def server(tmp_path, monkeypatch):
    """The process id of a fork server that this process knows the address of."""
    (tmp_path / "program.py").write_text(PROGRAM)
    monkeypatch.syspath_prepend(tmp_path)
    assert start_nursery()
    with fork_server() as environment:
        monkeypatch.setenv(ADDRESS, environment[ADDRESS])
        yield multiprocessing.active_children()[-1].pid


@pytest.fixture
def fork(server, tmp_path):
    """A forked process that calls this function of the program, its words on stderr in a file."""
    begun = []

    def start(function):
        with (tmp_path / "log").open("wb") as log:
            begun.append(Forked(f"program:{function}", stderr=log.fileno()))
        return begun[-1]

    yield start
    for process in begun:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def test_a_process_has_the_streams_that_it_was_given_and_ends_with_its_function(fork, tmp_path):
    process = fork("echo")
    process.stdin.write("flows\n")
    process.stdin.flush()
    assert process.stdout.readline() == "FLOWS\n"
    assert process.poll() is None
    process.stdin.close()
    assert process.wait() == 0
    assert process.poll() == 0
    assert (tmp_path / "log").read_text() == "begun\n"


def test_a_process_whose_function_raises_says_so_and_ends_with_status_1(fork, tmp_path):
    assert fork("fail").wait() == 1
    log = (tmp_path / "log").read_text()
    assert log.startswith("Traceback")
    assert log.endswith("ValueError: so it is\n")


def test_a_process_that_dies_of_a_signal_has_its_number(fork):
    assert fork("abort").wait() == -signal.SIGABRT


def test_killing_ends_one_process_and_no_other(fork):
    one, other = fork("echo"), fork("echo")
    one.kill()
    assert one.wait() == -signal.SIGKILL
    one.kill()  # again does nothing
    other.stdin.write("still here\n")
    other.stdin.flush()
    assert other.stdout.readline() == "STILL HERE\n"


def test_a_process_does_not_hear_the_interruption_that_is_meant_for_its_client(fork):
    process = fork("ignore_interrupts")
    assert process.stdout.readline() == "going on\n"
    assert process.wait() == 0


def test_a_process_is_told_from_others_by_its_name(fork, server):
    process = fork("count_files")
    process.stdout.readline()
    names = [psutil.Process(pid).name() for pid in (server, process.pid)]
    assert names == ["tb-forks", "tb-child"]


def test_a_process_holds_nothing_that_belongs_to_others(fork):
    alone = int(fork("count_files").stdout.readline())
    fork("echo")
    assert int(fork("count_files").stdout.readline()) == alone


def test_a_process_whose_server_is_gone_is_killed(fork, server):
    process = fork("echo")
    os.kill(server, signal.SIGKILL)
    assert process.wait() == GONE
    _wait_for_end(process.pid)


def test_a_process_that_ended_as_its_server_went_is_no_error(fork, server):
    process = fork("echo")
    psutil.Process(server).suspend()
    process.stdin.close()
    os.kill(server, signal.SIGKILL)
    _wait_for_end(process.pid)
    assert process.wait() == GONE
    process.kill()


def test_a_server_that_is_gone_forks_no_more(fork, server):
    os.kill(server, signal.SIGKILL)
    _wait_for_end(server)
    with pytest.raises(OSError):  # noqa: PT011 - whatever the system calls it
        fork("echo")


def test_a_server_that_does_not_answer_is_not_waited_for_without_end(fork, server, monkeypatch):
    monkeypatch.setattr("cluster.forked.ANSWER_SECONDS", 0.5)
    psutil.Process(server).suspend()
    with pytest.raises(TimeoutError):
        fork("echo")
    psutil.Process(server).resume()


def test_whoever_asks_for_nothing_leaves_the_server_as_it_was(fork):
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(os.environ[ADDRESS])
    assert fork("ignore_interrupts").wait() == 0


def test_nobody_else_can_reach_the_server(server):
    assert Path(os.environ[ADDRESS]).parent.stat().st_mode & 0o077 == 0


def test_the_server_ends_with_its_block_and_leaves_nothing(tmp_path):
    assert start_nursery()
    with fork_server() as environment:
        (process,) = multiprocessing.active_children()
    assert not process.is_alive()
    assert not Path(environment[ADDRESS]).parent.exists()


def _wait_for_end(pid):
    deadline = time.monotonic() + 20
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.01)
