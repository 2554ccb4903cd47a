from __future__ import annotations

import subprocess
import sys

import pytest

from bench.errors import BenchError
from bench.one_night import one_night

HOLD = """
import os, sys
from pathlib import Path
from bench.one_night import one_night
with one_night(Path(sys.argv[1]), "nightly"):
    print("held", flush=True)
    if sys.argv[2] == "die":
        os._exit(1)
    sys.stdin.read()
"""


def holder(runs, how):
    words = [sys.executable, "-c", HOLD, str(runs), how]
    return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_a_second_night_is_refused_while_the_first_goes_on_and_another_suite_s_is_not(tmp_path):
    with holder(tmp_path, "wait") as first:
        assert first.stdout.readline() == "held\n"
        refused = pytest.raises(BenchError, match=f"under way.*process {first.pid} on")
        with refused, one_night(tmp_path, "nightly"):
            pass
        with one_night(tmp_path, "demo"):
            pass
        first.communicate()
    with one_night(tmp_path, "nightly"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_what_a_dead_process_of_this_machine_holds_is_taken_over(tmp_path):
    with holder(tmp_path, "die") as dead:
        assert dead.communicate()[0] == "held\n"
    assert [path.name for path in tmp_path.iterdir()] == [".nightly.lock"]
    with one_night(tmp_path, "nightly"):
        pass
