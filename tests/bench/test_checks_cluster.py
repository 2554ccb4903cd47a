from __future__ import annotations

import os
import subprocess

import pytest
from distributed import Client, LocalCluster

from bench.checks_cluster import shared_paths, versions
from bench.places import Places
from cluster.kinds.dashboard import without_dashboard

ELSEWHERE = 'mount -t tmpfs none "$1" && shift && exec "$@"'


@pytest.fixture
def client():
    """A client of a scheduler that waits for workers."""
    with (
        LocalCluster(n_workers=0, host="127.0.0.1", **without_dashboard({})) as cluster,
        Client(cluster) as client,
    ):
        yield client


@pytest.fixture
def places(tmp_path):
    for name in ("home", "runs", "flows"):
        (tmp_path / name).mkdir()
    return Places(data=(tmp_path / "flows",), home=tmp_path / "home", runs=tmp_path / "runs")


def test_a_worker_with_another_version_of_a_package_is_named_with_both_and_the_remedy(
    client, lone_worker, places, tmp_path
):
    other = tmp_path / "site" / "joblib-0.1.dist-info" / "METADATA"
    other.parent.mkdir(parents=True)
    other.write_text("Metadata-Version: 2.1\nName: joblib\nVersion: 0.1\n")
    path = os.pathsep.join([str(tmp_path / "site"), os.environ.get("PYTHONPATH", "")])
    with lone_worker(client, PYTHONPATH=path):
        client.wait_for_workers(1)
        found = versions(client, places)
    assert not found.is_ok
    assert " has joblib 0.1, this machine " in found.seen
    assert found.seen.count(" has ") == 1
    assert "install the same lock on every machine" in found.remedy


@pytest.mark.parametrize("hidden", ["flows", "runs"])
def test_a_worker_that_does_not_see_the_folders_is_named_with_them_and_the_remedy(
    hidden, client, lone_worker, places, tmp_path
):
    (tmp_path / "flows" / "a.csv").write_text("a,label\n")
    seen = Places(data=(tmp_path / "flows" / "a.csv",), home=places.home, runs=places.runs)
    apart = ["unshare", "--mount", "sh", "-c", ELSEWHERE, "sh", str(tmp_path / hidden)]
    if subprocess.run([*apart, "true"], capture_output=True).returncode:
        pytest.skip("no process can have file systems of its own here")
    with lone_worker(client, within=apart):
        client.wait_for_workers(1)
        found = shared_paths(client, seen)
    assert not found.is_ok
    named = tmp_path / hidden if hidden == "runs" else tmp_path / "flows" / "a.csv"
    assert found.seen.endswith(f" cannot use {named}")
    assert "that all machines mount at the same path" in found.remedy
