from __future__ import annotations

import subprocess
import sys

PRINTS = """
import ctypes, subprocess, sys
from bench.stdout import stdout_for_the_answer
with stdout_for_the_answer() as answer:
    print("from python")
    answer("its beginning")
    ctypes.CDLL(None).puts(b"from native code")
    ctypes.CDLL(None).fflush(None)
    subprocess.run([sys.executable, "-c", "print('from a child')"], check=True)
print("the answer")
"""


def test_stdout_holds_the_answer_alone_and_the_rest_is_told_on_stderr():
    told = subprocess.run(
        [sys.executable, "-c", PRINTS], capture_output=True, text=True, check=True
    )
    assert told.stdout == "its beginning\nthe answer\n"
    for source in ("from python", "from native code", "from a child"):
        assert source in told.stderr
