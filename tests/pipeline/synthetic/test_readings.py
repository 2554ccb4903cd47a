"""What the extractor reads from the packets of a window."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest

from pipeline.synthetic.attacks import load_capture
from pipeline.synthetic.chance import key_of
from pipeline.synthetic.readings import read_windows
from pipeline.synthetic.windows import clean_windows, mixed_windows, talk_windows

ROWS = np.arange(40, dtype=np.uint64)
ATTACKS = load_capture().attacks


def windows_of(label):
    phase = ATTACKS[label].phases[0]
    make = mixed_windows if phase.pattern else talk_windows
    return make(phase, ROWS, key_of(3, label))


def read_slowly(sizes, read):
    """One window's running columns, packet by packet, with lists that are emptied at twenty."""
    seen, columns, packets = [], {}, 0
    for size, is_read in zip(sizes, read, strict=True):
        held = [*seen, size] if len(seen) < 19 else list(seen)
        seen.append(size)
        if is_read:
            packets += 1
            reading = {
                "Tot sum": sum(seen),
                "Min": min(seen),
                "Max": max(seen),
                "AVG": statistics.fmean(seen),
                "Std": statistics.pstdev(seen),
                "Number": len(seen) % 20,
                "Magnitue": math.sqrt(2 * statistics.fmean(held)),
                "Radius": math.sqrt(2) * statistics.pstdev(held),
                "Covariance": statistics.pvariance(held),
                "Variance": float(len(set(held)) > 1),
                "Weight": len(held) ** 2,
            }
            columns = {name: columns.get(name, 0.0) + reading[name] for name in reading}
        if len(seen) == 20:
            seen = []
    return {name: total / packets for name, total in columns.items()}


@pytest.mark.parametrize("label", ["DDoS-SYN_Flood", "DDoS-UDP_Fragmentation", "BenignTraffic"])
def test_running_columns_are_those_of_an_extractor_that_reads_packet_by_packet(label):
    windows = windows_of(label)
    readings = read_windows(windows)
    for row in range(len(ROWS)):
        wanted = read_slowly(windows.sizes[row], windows.read[row])
        found = {name: readings.columns[name][row] for name in wanted}
        assert found == pytest.approx(wanted, rel=1e-7, abs=1e-4)


def test_a_window_of_a_hundred_alike_packets_reads_as_published():
    readings = read_windows(clean_windows(ATTACKS["DDoS-SYN_Flood"].phases[0]))
    wanted = {"Tot sum": 567.0, "AVG": 54.0, "Number": 9.5, "Weight": 141.55, "Std": 0.0}
    assert {name: float(readings.columns[name][0]) for name in wanted} == pytest.approx(wanted)


def test_halves_of_a_cycle_read_as_published():
    columns = read_windows(windows_of("BenignTraffic")).columns
    pairs = set(zip(columns["Number"].tolist(), columns["Weight"].tolist(), strict=True))
    assert pairs == {(5.5, 38.5), (13.5, 244.6)}


def test_a_flag_column_says_what_most_packets_are():
    windows = windows_of("DDoS-SYN_Flood")
    syn = load_capture().packets.traits["syn"][windows.kinds]
    share = (syn * windows.read).sum(axis=1) / windows.read.sum(axis=1)
    assert np.array_equal(read_windows(windows).columns["syn_flag_number"], share > 0.5)
