from __future__ import annotations

import subprocess
import sys

import pytest

from cluster.worker_environment import FORKS


def test_a_process_that_has_imported_it_ends_well_without_what_was_to_be_done_before():
    code = "import atexit; atexit.register(print, 'taken down'); import cluster.quick_end"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


STARTS_AND_GIVES_UP = """
import os
from multiprocessing import forkserver
from cluster.nursery import start_nursery

start_nursery(["json"])
for said in (b"", b"\\x80\\x04\\x95"):
    answer, told = forkserver.connect_to_new_process([])
    os.write(told, said)
    os.close(told)
    while os.read(answer, 100):
        pass
"""


@pytest.mark.skipif(not FORKS, reason="workers are forked on Linux alone")
def test_a_worker_whose_starter_gives_up_before_it_has_said_what_to_run_ends_without_a_word():
    ended = subprocess.run(
        [sys.executable, "-c", STARTS_AND_GIVES_UP], capture_output=True, text=True, timeout=60
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
