from __future__ import annotations

import pytest

import bench.planning.machine as machine_module
from bench.planning.machine import PROBES, REFERENCE_SECONDS, machine_factor


def test_the_shortest_of_the_probes_counts(monkeypatch):
    seconds = iter([9.0 * REFERENCE_SECONDS] * (PROBES - 1) + [2.0 * REFERENCE_SECONDS])
    monkeypatch.setattr(machine_module, "_probe_seconds", lambda: next(seconds))
    assert machine_factor() == pytest.approx(2.0)
    assert next(seconds, None) is None


def test_the_probe_ends_and_tells_a_number_that_a_machine_can_have():
    assert 0.01 < machine_factor() < 100
