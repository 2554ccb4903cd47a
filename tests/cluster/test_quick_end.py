from __future__ import annotations

import subprocess
import sys


def test_a_process_that_has_imported_it_ends_well_without_what_was_to_be_done_before():
    code = "import atexit; atexit.register(print, 'taken down'); import cluster.quick_end"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
