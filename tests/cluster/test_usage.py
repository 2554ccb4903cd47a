from __future__ import annotations

import subprocess
import sys

from cluster.usage import watched_memory

HOLD_200_MB = "b = bytearray(200_000_000); b[::1024] = bytes(len(b[::1024])); print(); input()"


def test_the_peak_includes_processes_below_this_one():
    with watched_memory() as alone:
        alone.look()
    with (
        watched_memory() as peak,
        subprocess.Popen(
            [sys.executable, "-c", HOLD_200_MB],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as holder,
    ):
        holder.stdout.readline()
        peak.look()
        holder.communicate("\n")
    assert peak.bytes > alone.bytes + 150_000_000


def test_the_peak_stays_when_the_memory_is_given_back():
    with watched_memory() as peak:
        held = bytearray(100_000_000)
        held[::1024] = bytes(len(held[::1024]))
        peak.look()
        highest = peak.bytes
        del held
        peak.look()
    assert peak.bytes >= highest
