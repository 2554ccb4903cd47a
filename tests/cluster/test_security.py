from __future__ import annotations

import os

import pytest
from distributed import Client

from cluster.connect import open_cluster
from cluster.errors import ClusterError
from cluster.spec import ClusterSpec


@pytest.fixture(scope="module")
def encrypted(certificates):
    """A client of a local cluster that speaks TLS only, by credentials that lie in files."""
    tls = {"security": "tls", "certificates": certificates}
    with open_cluster(ClusterSpec(kind="local", workers=1, **tls)) as client:
        yield client


def test_a_tls_cluster_works_and_every_address_of_it_is_encrypted(encrypted):
    assert encrypted.submit(os.getpid).result() != os.getpid()
    info = encrypted.scheduler_info(n_workers=-1)
    assert all(address.startswith("tls://") for address in (info["address"], *info["workers"]))


def test_a_local_cluster_makes_credentials_of_its_own_where_none_are_named():
    with open_cluster(ClusterSpec(kind="local", workers=1, security="tls")) as client:
        assert client.submit(abs, -3).result() == 3
        assert client.scheduler_info()["address"].startswith("tls://")


def test_a_client_without_credentials_is_refused(encrypted):
    address = encrypted.scheduler_info()["address"]
    with pytest.raises(OSError, match=r"reset by peer|Timed out|closed"):
        Client(address.replace("tls://", "tcp://"), timeout=1)


def test_a_client_with_the_certificates_is_let_in(encrypted, certificates):
    spec = _address(encrypted, security="tls", certificates=certificates)
    with open_cluster(spec) as client:
        assert client.submit(abs, -2).result() == 2


def test_a_tls_address_without_security_is_an_error_that_says_what_to_set(encrypted):
    with (
        pytest.raises(ClusterError, match=r'set cluster\.security = "tls"'),
        open_cluster(_address(encrypted)),
    ):
        pass


def test_tls_without_certificates_is_an_error_where_other_machines_need_them(encrypted):
    with (
        pytest.raises(ClusterError, match=r"needs cluster\.certificates\.ca, \.cert and \.key"),
        open_cluster(_address(encrypted, security="tls")),
    ):
        pass


def test_a_certificate_that_is_not_there_is_named(encrypted, certificates, tmp_path):
    absent = {**certificates, "key": tmp_path / "absent.pem"}
    with (
        pytest.raises(ClusterError, match=r"cluster\.certificates\.key: .*absent\.pem"),
        open_cluster(_address(encrypted, security="tls", certificates=absent)),
    ):
        pass


def _address(client, **fields):
    address = client.scheduler_info()["address"]
    options = {"address": address}
    return ClusterSpec(kind="address", workers=1, options=options, **fields)
