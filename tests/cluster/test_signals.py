"""Signals to end, in a process that has other threads than the one that holds them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from cluster.signals import signals_held

IMPORTING = """
import _imp, os, signal, sys, threading, time
from cluster.signals import hear_interruptions

def ask_to_end(has_lock):
    _imp.acquire_lock()
    has_lock.set()
    time.sleep(0.1)
    os.kill(os.getpid(), signal.Signals[sys.argv[1]])
    time.sleep(0.1)
    _imp.release_lock()

hear_interruptions()
has_lock = threading.Event()
try:
    threading.Thread(target=ask_to_end, args=(has_lock,)).start()
    has_lock.wait()
    import colorsys
    time.sleep(60)
except KeyboardInterrupt:
    print("interrupted,", "all imports held" if _imp.lock_held() else "imports free")
"""

PUT_OFF = """
import signal
from cluster.signals import hear_interruptions, signals_held

hear_interruptions()
try:
    with signals_held():
        signal.raise_signal(signal.SIGALRM)
        print("block,", end=" ")
except KeyboardInterrupt:
    print("interrupted")
"""


@pytest.fixture
def other_thread():
    """A thread that holds nothing, to which the system gives what the main thread holds."""
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    yield
    over.set()
    thread.join()


@pytest.fixture
def handled():
    """What SIGTERM has been handled with, in place of the end of this process."""
    numbers = []
    before = signal.signal(signal.SIGTERM, lambda number, _frame: numbers.append(number))
    yield numbers
    signal.signal(signal.SIGTERM, before)


def ask_to_end(number):
    os.kill(os.getpid(), number)
    # Python looks for what another thread has been given when it comes back from a wait.
    for _ in range(10):
        time.sleep(0.01)


@pytest.mark.usefixtures("other_thread")
def test_ctrl_c_waits_until_the_block_is_left():
    before, ends = signal.getsignal(signal.SIGINT), []

    def hold():
        with signals_held():
            ask_to_end(signal.SIGINT)
            ends.append("block")

    with pytest.raises(KeyboardInterrupt):
        hold()
    assert ends == ["block"]
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.usefixtures("other_thread")
def test_another_handler_is_called_when_the_outermost_block_is_left(handled):
    with signals_held():
        with signals_held():
            ask_to_end(signal.SIGTERM)
        assert handled == []
    assert handled == [signal.SIGTERM]


@pytest.mark.usefixtures("other_thread")
def test_what_came_is_handled_though_the_block_fails(handled):
    def fail():
        with signals_held():
            ask_to_end(signal.SIGTERM)
            raise ValueError("half made")

    with pytest.raises(ValueError, match="half made"):
        fail()
    assert handled == [signal.SIGTERM]


def test_a_thread_that_is_not_the_main_one_may_hold_them_too():
    held = []

    def hold():
        with signals_held():
            held.append(signal.pthread_sigmask(signal.SIG_BLOCK, ()))

    thread = threading.Thread(target=hold)
    thread.start()
    thread.join()
    assert held == [{signal.SIGINT, signal.SIGTERM}]


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_who_is_asked_to_end_while_it_imports_leaves_no_lock_on_imports(name):
    said = subprocess.run(
        [sys.executable, "-c", IMPORTING, name], capture_output=True, text=True, check=True
    )
    assert said.stdout == "interrupted, imports free\n"


def test_what_was_put_off_waits_until_the_block_is_left():
    said = subprocess.run(
        [sys.executable, "-c", PUT_OFF], capture_output=True, text=True, check=True
    )
    assert said.stdout == "block, interrupted\n"


def test_below_nohup_ctrl_c_stays_ignored():
    told = "from cluster.signals import hear_interruptions; hear_interruptions()"
    asked = "import os, signal; os.kill(os.getpid(), signal.SIGINT); print('still there')"
    said = subprocess.run(
        ["/bin/sh", "-c", 'trap "" INT; exec "$0" -c "$1"', sys.executable, f"{told}; {asked}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "still there\n"
