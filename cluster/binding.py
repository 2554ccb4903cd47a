"""Where a cluster listens: on loopback, or refused unless it is encrypted or meant to be open."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator, Mapping
from typing import Any, Final

import psutil

from cluster.errors import ClusterError
from cluster.spec import ClusterSpec

LOOPBACK: Final = "127.0.0.1"
_ENCRYPTED_KEYS: Final = ("host", "interface")
_PLAIN_KEYS: Final = ("dashboard_address", "worker_dashboard_address")  # HTTP, whatever TLS says


def refuse_open_ports(spec: ClusterSpec, options: Mapping[str, Any]) -> None:
    """Nothing, or an error about the first option that would let other machines in unencrypted.

    ``options`` are what the cluster is opened with, its tables of options for the scheduler
    and the workers among them.
    """
    for key, place in _places(options):
        is_plain = spec.security is None or key in _PLAIN_KEYS
        if is_plain and not spec.insecure and not _is_loopback(key, place):
            raise ClusterError(
                f"cluster kind '{spec.kind}': {key} = \"{place}\" listens to other machines without"
                ' TLS; set cluster.security = "tls" (which covers all but the dashboard),'
                " or cluster.insecure = true in a network that you trust"
            )


def _places(options: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in options.items():
        if key in (*_ENCRYPTED_KEYS, *_PLAIN_KEYS) and isinstance(value, str):
            yield key, value
        elif isinstance(value, Mapping):
            yield from _places(value)


def _is_loopback(key: str, place: str) -> bool:
    if key == "interface":
        cards = psutil.net_if_addrs().get(place, [])
        internet = (socket.AF_INET, socket.AF_INET6)
        addresses = [card.address for card in cards if card.family in internet]
    else:
        addresses = _resolved(_host(place))
    return bool(addresses) and all(ipaddress.ip_address(ip).is_loopback for ip in addresses)


def _host(place: str) -> str:
    """The host of an address, which may carry a protocol and a port.

    >>> [_host(place) for place in ("tcp://a:1", ":8787", "127.0.0.1", "::1", "[::1]:2")]
    ['a', '', '127.0.0.1', '::1', '::1']
    """
    bare = place.rpartition("://")[2]
    if bare.startswith("["):
        return bare[1:].partition("]")[0]
    return bare if bare.count(":") > 1 else bare.partition(":")[0]


def _resolved(host: str) -> list[str]:
    """The addresses that a host name stands for; none where it stands for all, or is unknown."""
    if not host:
        return []
    try:
        return [str(found[4][0]) for found in socket.getaddrinfo(host, None)]
    except OSError:
        return []
