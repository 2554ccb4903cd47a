from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

from cluster.worker_environment import ALLOCATOR

FREED_MIB = 200
PROBE = f"""
import numpy as np, psutil
from pipeline.memory import give_back_memory

def mib():
    return psutil.Process().memory_info().rss / 2**20

pieces = [np.ones(2**17) for _ in range({FREED_MIB})]
del pieces[:-1]
before = mib()
give_back_memory()
print(before - mib())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be asked")
def test_what_was_freed_below_something_still_in_use_goes_back_to_the_system():
    said = subprocess.run(
        [sys.executable, "-c", PROBE],
        env=os.environ | ALLOCATOR,
        check=True,
        capture_output=True,
        text=True,
    )
    assert float(said.stdout) > 0.9 * FREED_MIB
