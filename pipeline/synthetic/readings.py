"""What the extractor reads from the packets of a window alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pipeline.flows import Booleans, Floats
from pipeline.synthetic.attacks import APPLICATIONS, TCP_FLAGS, Packets, load_capture
from pipeline.synthetic.windows import CYCLE, Windows

_PLACES: Final = np.arange(1, CYCLE + 1, dtype=np.float64)
_HELD: Final = np.append(np.arange(CYCLE - 1), CYCLE - 2)  # the twentieth repeats the nineteenth
_NUMBERS: Final = np.append(_PLACES[:-1], 0.0)
_WEIGHTS: Final = _PLACES[_HELD] ** 2
_COUNTED: Final = ("tcp", "udp")


@dataclass(frozen=True, kw_only=True, eq=False)
class Readings:
    """Per window: columns that need no flow and no clock, and sums for those that do.

    Attributes
    ----------
    columns
        Values by name of the column.
    packets
        Packets in the window.
    own, alien
        By trait, how many of the attack's own (the others') packets have it; ``bytes``: of the
        frames with a transport header.
    """

    columns: dict[str, Floats]
    packets: Floats
    own: dict[str, Floats]
    alien: dict[str, Floats]


def read_windows(windows: Windows) -> Readings:
    """The readings of these windows."""
    packets = load_capture().packets
    counts = _kind_counts(windows, len(packets.names))
    length = counts.sum(axis=1)
    columns = _majorities(packets, counts, length)
    columns["Protocol Type"] = counts @ packets.protocol / length
    columns["Duration"] = counts @ packets.ttl / length
    columns["Tot size"] = (windows.sizes * windows.read).sum(axis=1) / length
    for name, total in _running(windows).items():
        columns[name] = total / length
    own_kinds = _is_own(packets)
    return Readings(
        columns=columns,
        packets=length,
        own=_sums(packets, windows, counts * own_kinds, own_kinds),
        alien=_sums(packets, windows, counts * ~own_kinds, ~own_kinds),
    )


def _kind_counts(windows: Windows, kinds: int) -> Floats:
    rows = len(windows.kinds)
    place = windows.kinds + np.arange(rows)[:, None] * kinds
    counts = np.bincount(place[windows.read], minlength=rows * kinds)
    return counts.reshape(rows, kinds).astype(np.float64)


def _majorities(packets: Packets, counts: Floats, length: Floats) -> dict[str, Floats]:
    """The 0/1 columns: what most packets of the window are."""
    names = {f"{flag}_flag_number": flag for flag in TCP_FLAGS.values()}
    names |= {name: name for name in APPLICATIONS}
    names |= {name.upper(): name for name in ("tcp", "udp", "arp", "icmp")}
    shares = {
        column: counts @ packets.traits[trait] * 2 > length for column, trait in names.items()
    }
    is_ip = counts @ packets.traits["arp"] * 2 <= length
    shares |= {"IPv": is_ip, "LLC": is_ip}
    return {column: share.astype(np.float64) for column, share in shares.items()}


def _running(windows: Windows) -> dict[str, Floats]:
    """Sums over the window of what is read after each packet from the cycle so far."""
    rows = len(windows.kinds)
    cycles = windows.sizes.reshape(-1, CYCLE)
    read = windows.read.reshape(-1, CYCLE)
    different = _different_cycles(cycles, read)
    sums = _cycle_sums(cycles[different], read[different])
    alike = np.cumsum(different) - 1
    return {name: total[alike].reshape(rows, -1).sum(axis=1) for name, total in sums.items()}


def _different_cycles(cycles: Floats, read: Booleans) -> Booleans:
    """Marks every cycle that does not repeat the one before it: most do."""
    different = np.ones(len(cycles), dtype=np.bool_)
    same = (cycles[1:] == cycles[:-1]).all(axis=1) & (read[1:] == read[:-1]).all(axis=1)
    different[1:] = ~same
    return different


def _cycle_sums(sizes: Floats, read: Booleans) -> dict[str, Floats]:
    mask = read.astype(np.float64)
    held = mask[:, :-1].copy()
    held[:, -1] += mask[:, -1]
    fresh_readings, held_readings = _after_each(sizes)
    sums = {name: np.einsum("ij,ij->i", r, mask) for name, r in fresh_readings.items()}
    sums |= {name: np.einsum("ij,ij->i", r, held) for name, r in held_readings.items()}
    return sums | {"Number": mask @ _NUMBERS, "Weight": mask @ _WEIGHTS}


def _after_each(sizes: Floats) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Readings after each packet of a cycle; those of the second kind skip the twentieth."""
    total = np.cumsum(sizes, axis=1)
    mean = total / _PLACES
    smallest = np.minimum.accumulate(sizes, axis=1)
    largest = np.maximum.accumulate(sizes, axis=1)
    spread = np.cumsum(sizes * sizes, axis=1) / _PLACES - mean * mean
    spread[smallest == largest] = 0.0
    deviation = np.sqrt(np.maximum(spread, 0.0))
    readings = {"Tot sum": total, "Min": smallest, "Max": largest, "AVG": mean, "Std": deviation}
    held = {
        "Magnitue": np.sqrt(2.0 * mean[:, :-1]),
        "Radius": np.sqrt(2.0) * deviation[:, :-1],
        "Covariance": spread[:, :-1],
        "Variance": (deviation[:, :-1] > 0).astype(np.float64),
    }
    return readings, held


def _is_own(packets: Packets) -> Booleans:
    """Marks the kinds of packet that belong to a flood's pattern, not to a conversation."""
    spoken = {kind for talk in load_capture().conversations.values() for kind in talk}
    return np.array([name not in spoken for name in packets.names])


def _sums(packets: Packets, windows: Windows, counts: Floats, kinds: Booleans) -> dict[str, Floats]:
    sums = {name: counts @ packets.traits[name] for name in (*TCP_FLAGS.values(), *_COUNTED)}
    headed = kinds & (packets.traits["tcp"] + packets.traits["udp"] > 0)
    sums["bytes"] = (windows.sizes * (windows.read & headed[windows.kinds])).sum(axis=1)
    return sums
