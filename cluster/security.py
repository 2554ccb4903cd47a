"""TLS credentials: made for this cluster alone, or read from the files that the spec names."""

from __future__ import annotations

import dask
from distributed.security import Security

from cluster.errors import ClusterError
from cluster.spec import Certificates, ClusterSpec


def own_security(spec: ClusterSpec) -> Security | None:
    """Credentials for a cluster on this machine: temporary ones where the spec names none."""
    if spec.security is None or spec.certificates is not None:
        return shared_security(spec)
    temporary: Security = Security.temporary()
    return temporary


def shared_security(spec: ClusterSpec) -> Security | None:
    """Credentials that other machines have too; None where TLS is not asked for.

    Raises
    ------
    ClusterError
        When a certificate is missing, or none is named here or in Dask's own configuration.
    """
    if spec.security is None:
        return None
    if spec.certificates is not None:
        return _from_files(spec.certificates)
    if dask.config.get("distributed.comm.tls.ca-file", None) is None:
        raise ClusterError(
            f"cluster kind '{spec.kind}': security = \"tls\" needs cluster.certificates.ca, .cert"
            " and .key: PEM files that every machine of the cluster can read"
        )
    return Security(require_encryption=True)


def _from_files(files: Certificates) -> Security:
    for name, path in files:
        if not path.is_file():
            raise ClusterError(f"cluster.certificates.{name}: {path} is no file that can be read")
    ca, cert, key = (str(path.resolve()) for path in (files.ca, files.cert, files.key))
    return Security(
        require_encryption=True,
        tls_ca_file=ca,
        tls_client_cert=cert,
        tls_client_key=key,
        tls_scheduler_cert=cert,
        tls_scheduler_key=key,
        tls_worker_cert=cert,
        tls_worker_key=key,
    )
