from __future__ import annotations

import ipaddress
import os

import psutil
import pytest

from cluster.binding import refuse_open_ports
from cluster.connect import open_cluster
from cluster.errors import ClusterError
from cluster.spec import ClusterSpec

TLS = {"security": "tls"}


def test_a_local_cluster_listens_on_loopback_only():
    known = _listening([os.getpid()])
    with open_cluster(ClusterSpec(kind="local", workers=2)) as client:
        workers = client.run(os.getpid).values()
        found = _listening([os.getpid(), *workers]) - known
    assert len(found) >= 3 * 2
    assert all(ipaddress.ip_address(address).is_loopback for address, _ in found)


def test_what_is_not_on_loopback_is_listened_on_where_that_is_said():
    spec = ClusterSpec(kind="local", workers=1, insecure=True, options={"host": "0.0.0.0"})
    known = _listening([os.getpid()])
    with open_cluster(spec):
        found = _listening([os.getpid()]) - known
    assert "0.0.0.0" in {address for address, _ in found}


@pytest.mark.parametrize("kind", ["local", "inline"])
@pytest.mark.parametrize(
    "options",
    [
        {"host": "0.0.0.0"},
        {"host": "tcp://0.0.0.0:8786"},
        {"host": "192.0.2.7"},
        {"host": "no-such-machine.invalid"},
        {"interface": "no-such-card"},
        {"dashboard_address": ":8787"},
        {"scheduler_kwargs": {"host": "0.0.0.0"}},
    ],
)
def test_an_open_port_without_tls_is_refused_before_anything_is_opened(kind, options):
    with (
        pytest.raises(
            ClusterError, match=r"without TLS; set cluster\.security .*cluster\.insecure = true"
        ),
        open_cluster(ClusterSpec(kind=kind, options=options)),
    ):
        pass


@pytest.mark.parametrize(
    "options",
    [{"host": "127.0.0.1"}, {"host": "localhost"}, {"interface": "lo"}, {"host": "tcp://[::1]:0"}],
)
def test_loopback_is_fine_by_any_of_its_names(options):
    refuse_open_ports(ClusterSpec(), options)


def test_tls_covers_the_ports_of_dask_but_not_the_dashboard():
    refuse_open_ports(ClusterSpec(**TLS), {"host": "0.0.0.0"})
    with pytest.raises(ClusterError, match="dashboard_address"):
        refuse_open_ports(ClusterSpec(**TLS), {"dashboard_address": "0.0.0.0:8787"})


def _listening(pids):
    """Address and port of every socket that these processes and those below them listen on."""
    processes = [psutil.Process(pid) for pid in pids]
    connections = [c for process in processes for c in process.net_connections("inet")]
    return {tuple(c.laddr) for c in connections if c.status == psutil.CONN_LISTEN}
