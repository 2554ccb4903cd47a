from __future__ import annotations

import json
import sys

import pytest

from bench.cli import app
from bench.failures import exit_status
from pipeline.synthetic import write_dataset

CHECKS_HERE = ["packages", "memory", "folders", "disk", "data"]
CHECKS_THERE = [
    *("versions", "shared paths", "workers' memory", "workers' disk", "clocks", "wall time"),
]


@pytest.fixture
def doctor(monkeypatch, capsys, tmp_path):
    """The findings by check, and the exit status, of `threatbench doctor --json`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["threatbench", "doctor", "--json", *map(str, words)])
        status = exit_status(app)
        told = json.loads(capsys.readouterr().out)
        return {one["check"]: one for one in told["findings"]}, status

    return run


def test_a_sound_machine_and_its_workers_are_ok_line_by_line(doctor, tmp_path):
    (tmp_path / "clusters.toml").write_text('[mine]\nkind = "local"\nworkers = 1\n')
    write_dataset(tmp_path / "flows", rows=200, files=1, seed=0)
    findings, status = doctor("--cluster", "mine", "--data", "flows")
    assert list(findings) == [*CHECKS_HERE, "cluster (local)", *CHECKS_THERE]
    assert {name: one["seen"] for name, one in findings.items() if not one["is_ok"]} == {}
    assert status == 0
    assert "1 CSV files of release" in findings["data"]["seen"]
    assert "1 workers with 1 threads came in" in findings["cluster (local)"]["seen"]
    assert not list((tmp_path / "runs").iterdir())


def test_each_fault_is_named_with_its_remedy_and_the_status_is_1(doctor, tmp_path):
    (tmp_path / "clusters.toml").write_text(
        '[small]\nkind = "inline"\nmemory = "100MiB"\nwall_seconds = 60\n'
        "[small.options]\nmemory_limit = 100000000\nlifetime = 60\n"
    )
    (tmp_path / "flows.csv").write_text("a,b\n1,2\n")
    findings, status = doctor("--cluster", "small", "--data", "flows.csv")
    faults = {name: one for name, one in findings.items() if not one["is_ok"]}
    assert status == 1
    assert set(faults) == {"data", "workers' memory", "wall time"}
    assert "flows.csv" in faults["data"]["seen"]
    assert "raise cluster.memory" in faults["workers' memory"]["remedy"]
    assert "cluster.wall_seconds" in faults["wall time"]["remedy"]


def test_a_cluster_that_cannot_be_opened_is_a_finding_and_not_the_end(doctor, tmp_path):
    (tmp_path / "clusters.toml").write_text(
        '[gone]\nkind = "address"\nwait_seconds = 1\noptions = {address = "tcp://127.0.0.1:1"}\n'
    )
    findings, status = doctor("--cluster", "gone")
    assert list(findings) == [*CHECKS_HERE, "cluster (address)"]
    assert "no scheduler answers" in findings["cluster (address)"]["seen"]
    assert status == 1
