from __future__ import annotations

import ipaddress
import os
import time

import psutil
import pytest

from cluster.connect import open_cluster
from cluster.errors import ClusterError
from cluster.kinds.ssh import worker_command
from cluster.security import shared_security
from cluster.spec import ClusterSpec

HERE = "127.0.0.1"


@pytest.fixture
def spec_of(tmp_path):
    """A spec of workers that ssh starts on this machine."""

    def spec(**fields):
        options = {"hosts": [HERE], "interface": "lo", **fields.pop("options", {})}
        asked = {"workers": 1, "memory": "600MiB", "wait_seconds": 300, "logs": tmp_path / "logs"}
        return ClusterSpec(kind="ssh", options=options, **asked | fields)

    return spec


@pytest.mark.ssh
def test_workers_are_started_over_ssh_on_loopback_and_end_with_the_block(sshd, spec_of):
    spec = spec_of(workers=2, options={"ssh": sshd})
    with open_cluster(spec) as client:
        pids = list(client.run(os.getpid).values())
        reached = client.run(os.getenv, "SSH_CONNECTION")
        found = [address for pid in pids for address in _listening(pid)]
        memory = {w["memory_limit"] for w in client.scheduler_info()["workers"].values()}
    assert len(set(pids)) == 2
    assert all(reached.values())
    assert all(ipaddress.ip_address(address).is_loopback for address in found)
    assert memory == {600 * 2**20}
    assert _ended(pids)
    assert len(list(spec.logs.glob("ssh-worker-*.err"))) == 2


@pytest.mark.ssh
def test_workers_over_ssh_speak_tls_with_the_certificates_that_are_named(
    sshd, spec_of, certificates
):
    spec = spec_of(options={"ssh": sshd}, security="tls", certificates=certificates)
    with open_cluster(spec) as client:
        assert all(client.run(os.getenv, "SSH_CONNECTION").values())
        info = client.scheduler_info()
    addresses = [info["address"], *info["workers"]]
    assert all(address.startswith("tls://127.0.0.1:") for address in addresses)


@pytest.mark.ssh
def test_a_worker_ends_with_its_connection_however_that_ends(sshd, spec_of):
    with open_cluster(spec_of(options={"ssh": sshd})) as client:
        pids = list(client.run(os.getpid).values())
        ours = [child for child in psutil.Process().children() if child.name() == "ssh"]
        for connection in ours:
            connection.kill()
        assert len(ours) == 1
        assert _ended(pids)


@pytest.mark.ssh
def test_a_host_that_does_not_let_us_in_is_an_error_with_what_ssh_says(sshd, spec_of):
    stranger = [word.replace("/user", "/host") for word in sshd]  # a key that nobody has allowed
    with (
        pytest.raises(ClusterError, match=r"127\.0\.0\.1 does not answer .*Permission denied"),
        open_cluster(spec_of(options={"ssh": stranger})),
    ):
        pass


@pytest.mark.parametrize("options", [{"hosts": []}, {"host": "127.0.0.1"}])
def test_hosts_and_one_address_are_wanted(options, spec_of):
    with (
        pytest.raises(ClusterError, match=r"give cluster\.options\.hosts"),
        open_cluster(spec_of(options=options)),
    ):
        pass


def test_workers_that_other_machines_could_reach_are_refused_without_tls(spec_of):
    options = {"hosts": ["192.0.2.7"], "host": "127.0.0.1"}
    spec = ClusterSpec(kind="ssh", options=options)
    with pytest.raises(ClusterError, match=r"192\.0\.2\.7.* without TLS"), open_cluster(spec):
        pass


def test_the_command_carries_threads_lifetime_and_certificates(spec_of, certificates):
    spec = spec_of(threads=3, wall_seconds=90, security="tls", certificates=certificates)
    security = shared_security(spec)
    command = worker_command(spec, HERE, scheduler="tls://a:1", name="0", security=security)
    for words in (
        "tls://a:1",
        "--nthreads 3",
        "--lifetime 90s",
        f"--tls-key {certificates['key']}",
    ):
        assert words in command


def _listening(pid):
    connections = psutil.Process(pid).net_connections("inet")
    return [c.laddr.ip for c in connections if c.status == psutil.CONN_LISTEN]


def _ended(pids):
    deadline = time.monotonic() + 300
    while any(map(psutil.pid_exists, pids)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not any(map(psutil.pid_exists, pids))
