"""The attacks that are simulated: what ``attacks.toml`` says, as values."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np

from pipeline.flows import Floats

TCP_FLAGS: Final[Mapping[str, str]] = {"f": "fin", "s": "syn", "r": "rst", "p": "psh", "a": "ack"}
TRANSPORTS: Final = ("tcp", "udp", "arp", "icmp")
APPLICATIONS: Final = ("HTTP", "HTTPS", "DNS", "Telnet", "SMTP", "SSH", "IRC", "DHCP")


@dataclass(frozen=True, kw_only=True)
class Phase:
    """A stretch of the capture in which an attack keeps one manner.

    Attributes
    ----------
    begin, seconds
        When it began (seconds since 1970) and how long it took.
    share
        The part of the attack's windows that fall into it.
    window
        Packets in a window.
    pattern
        The attack's own packets, repeated over the window; none for windows of mere talk.
    talk
        Shares of conversations among the packets that are not the attack's own.
    lean
        Chance that such a packet is of the conversation its window leans to.
    pure
        Chance that a window holds the attack's own packets alone.
    aliens
        Mean number of alien packets beyond the first, where there are any.
    crowded, crowd
        Share of such windows with far more aliens, and the mean number of those.
    web
        Chance that a run of windows aims at a web port.
    flows
        How packets share flows: a name in ``FLOWS``.
    age, rate, gap
        Typical packets seen of a flow so far, packets a second, seconds between packets.
    """

    begin: float
    seconds: float
    share: float = 1.0
    window: int = 100
    pattern: tuple[str, ...] = ()
    talk: Mapping[str, float]
    lean: float = 0.7
    pure: float = 0.0
    aliens: float = 0.7
    crowded: float = 0.02
    crowd: float = 25.0
    web: float = 0.0
    flows: str = "fresh"
    age: float = 1.0
    rate: float = 10.0
    gap: float = 3e-5


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One label: how often it was published, how often it repeats, and its phases in order."""

    label: str
    rows: int
    repeats: int
    phases: tuple[Phase, ...]

    @property
    def published_share(self) -> float:
        """The published share of rows that repeat an earlier one at float32 precision."""
        return self.repeats / self.rows


@dataclass(frozen=True, kw_only=True, eq=False)
class Packets:
    """Every kind of packet, as arrays over its code."""

    names: tuple[str, ...]
    smallest: Floats
    spread: Floats
    protocol: Floats
    ttl: Floats
    traits: Mapping[str, Floats]

    def code(self, name: str) -> int:
        """Which number stands for this kind of packet."""
        return self.names.index(name)


@dataclass(frozen=True, kw_only=True, eq=False)
class Capture:
    """All that is simulated: kinds of packet, conversations between them, attacks."""

    packets: Packets
    conversations: Mapping[str, Mapping[str, float]]
    attacks: Mapping[str, Attack]


@cache
def load_capture() -> Capture:
    """The capture as shipped.

    >>> attacks = load_capture().attacks
    >>> len(attacks), sum(attack.rows for attack in attacks.values())
    (34, 46686579)
    """
    text = files("pipeline.synthetic").joinpath("attacks.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    attacks = (_attack(entry, table["background"]) for entry in table["attacks"])
    return Capture(
        packets=_packets(table["packets"]),
        conversations=table["conversations"],
        attacks={attack.label: attack for attack in attacks},
    )


def _attack(entry: Mapping[str, Any], background: Mapping[str, float]) -> Attack:
    manner = {key: entry[key] for key in entry.keys() - {"label", "rows", "repeats", "phases"}}
    phases = ({"talk": background} | manner | phase for phase in entry["phases"])
    return Attack(
        label=entry["label"],
        rows=entry["rows"],
        repeats=entry["repeats"],
        phases=tuple(_phase(phase) for phase in phases),
    )


def _phase(entry: Mapping[str, Any]) -> Phase:
    return Phase(**{**entry, "pattern": tuple(entry.get("pattern", ()))})


def _packets(table: Mapping[str, Mapping[str, Any]]) -> Packets:
    kinds = list(table.values())
    smallest, largest = np.array([kind["bytes"] for kind in kinds], dtype=np.float64).T
    traits = {
        name: [letter in kind.get("flags", "") for kind in kinds]
        for letter, name in TCP_FLAGS.items()
    }
    for name in TRANSPORTS:
        traits[name] = [kind.get("transport") == name for kind in kinds]
    for name in APPLICATIONS:
        traits[name] = [kind.get("application") == name for kind in kinds]
    return Packets(
        names=tuple(table),
        smallest=smallest,
        spread=largest - smallest + 1.0,
        protocol=np.array([kind.get("protocol", 0) for kind in kinds], dtype=np.float64),
        ttl=np.array([kind.get("ttl", 0) for kind in kinds], dtype=np.float64),
        traits={name: np.array(flags, dtype=np.float64) for name, flags in traits.items()},
    )
