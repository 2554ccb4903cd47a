"""Rows of the simulated capture: any windows of an attack, by number, with all 46 columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from pipeline.flows import Floats, Integers
from pipeline.synthetic.attacks import Attack, Phase
from pipeline.synthetic.chance import Words, key_of, uniforms
from pipeline.synthetic.pace import Pace, clock_of, gaps_of, pace_of
from pipeline.synthetic.readings import Readings, read_windows
from pipeline.synthetic.windows import (
    CYCLE,
    Windows,
    clean_windows,
    first_of_run,
    is_cut_short,
    is_pure,
    mixed_windows,
    start_of,
    talk_windows,
)

# The extractor names its tallies of TCP flags wrongly; the release keeps the names.
_TALLIES: Final[Mapping[str, str]] = {
    "ack_count": "rst",
    "syn_count": "syn",
    "fin_count": "fin",
    "urg_count": "psh",
    "rst_count": "ack",
}
# How many packets with a flag a flow of some age has had, where a packet of it has the flag.
_SEEN: Final[Mapping[str, Callable[[Floats], Floats]]] = {
    "rst": np.ones_like,
    "syn": lambda age: np.minimum(age, 2.0),
    "fin": np.ones_like,
    "psh": lambda age: np.ceil(age / 6.0),
    "ack": lambda age: age,
}
_WINDOWS_AT_ONCE: Final = 16_384  # a hundred packets each, held in several arrays
_EMPTY: Final = ("ece_flag_number", "cwr_flag_number", "Drate")  # the draw spreads Drate

Part = tuple[Integers, dict[str, Floats]]  # which rows, and their columns


def simulate_rows(attack: Attack, rows: Words, *, population: int, seed: int) -> dict[str, Floats]:
    """Every column of these windows of an attack whose capture has ``population`` of them.

    A row is a function of (attack, row, population, seed) alone.
    """
    ends = np.cumsum([phase.share for phase in attack.phases])
    ends = np.rint(ends / ends[-1] * population).astype(np.int64)
    owner = np.searchsorted(ends, rows.astype(np.int64), side="right")
    parts: list[Part] = []
    for number, phase in enumerate(attack.phases):
        begin, end = int(ends[number - 1]) if number else 0, int(ends[number])
        key = key_of(seed, attack.label, number)
        for chosen in _handfuls(np.flatnonzero(owner == number)):
            place = (rows[chosen] - np.float64(begin) + 0.5) / (end - begin)
            parts.append((chosen, _phase_rows(phase, rows[chosen], place, key)))
    return assembled(parts)


def assembled(parts: Sequence[Part]) -> dict[str, Floats]:
    """One array a column from parts that share all rows out among them, each in order.

    >>> halves = [(np.array([0, 2]), {"x": np.zeros(2)}), (np.array([1]), {"x": np.ones(1)})]
    >>> assembled(halves)["x"].tolist()
    [0.0, 1.0, 0.0]
    """
    if len(parts) == 1:
        return parts[0][1]
    place = np.argsort(np.concatenate([chosen for chosen, _ in parts]), kind="stable")
    return {
        name: np.concatenate([columns[name] for _, columns in parts])[place] for name in parts[0][1]
    }


def _handfuls(chosen: Integers) -> Iterator[Integers]:
    for start in range(0, len(chosen), _WINDOWS_AT_ONCE):
        yield chosen[start : start + _WINDOWS_AT_ONCE]


def _phase_rows(phase: Phase, rows: Words, place: Floats, key: np.uint64) -> dict[str, Floats]:
    first = first_of_run(phase, rows, key)
    readings, which = _readings(phase, rows, first, key)
    columns = {name: values[which] for name, values in readings.columns.items()}
    aim = uniforms(key ^ key_of("aim"), first)
    columns["HTTP"] = np.maximum(columns["HTTP"], aim < phase.web)
    columns["HTTPS"] = np.maximum(columns["HTTPS"], aim > 1.0 - phase.web / 2.0)
    columns |= _flow_columns(readings, which, pace_of(phase, rows, first, key))
    columns["IAT"] = _gap_column(phase, rows, place, readings.packets[which], key)
    columns |= {name: np.zeros(len(rows)) for name in _EMPTY}
    return columns


def _readings(phase: Phase, rows: Words, first: Words, key: np.uint64) -> tuple[Readings, Integers]:
    """Readings of the windows that differ, and which of them each row has."""
    if not phase.pattern:
        return read_windows(talk_windows(phase, rows, key)), np.arange(len(rows))
    mixed = ~is_pure(phase, rows, key) | is_cut_short(phase, rows, key)
    clean = clean_windows(phase)
    windows = _joined(clean, mixed_windows(phase, rows[mixed], key))
    numbers = len(clean.kinds) - 1 + np.cumsum(mixed)
    return read_windows(windows), np.where(mixed, numbers, start_of(phase, first, key))


def _joined(clean: Windows, mixed: Windows) -> Windows:
    return Windows(
        kinds=np.concatenate([clean.kinds, mixed.kinds]),
        sizes=np.concatenate([clean.sizes, mixed.sizes]),
        read=np.concatenate([clean.read, mixed.read]),
    )


def _flow_columns(readings: Readings, which: Integers, pace: Pace) -> dict[str, Floats]:
    """Columns that tell how far flows have come."""
    packets = readings.packets[which]
    own = {name: values[which] for name, values in readings.own.items()}
    alien = {name: values[which] for name, values in readings.alien.items()}
    columns = {}
    for column, flag in _TALLIES.items():
        tally = np.rint(own[flag] * pace.age) + alien[flag] * _SEEN[flag](pace.alien_age)
        columns[column] = tally / packets
    own_headed = own["tcp"] + own["udp"]
    own_bytes = own["bytes"] * _on_grid(pace.age, own_headed)
    columns["Header_Length"] = (own_bytes + alien["bytes"] * pace.alien_age) / packets
    seconds = own_headed * pace.duration + (alien["tcp"] + alien["udp"]) * pace.alien_duration
    columns["flow_duration"] = seconds / packets
    columns["Rate"] = pace.rate
    columns["Srate"] = pace.rate
    return columns


def _on_grid(age: Floats, packets: Floats) -> Floats:
    """The mean age of so many packets, each of a whole age."""
    return np.rint(age * packets) / np.maximum(packets, 1.0)


def _gap_column(
    phase: Phase, rows: Words, place: Floats, packets: Floats, key: np.uint64
) -> Floats:
    """Mean gap between packets, where each twentieth counts from 1970: the clock leaks."""
    gaps = gaps_of(phase, rows, key)
    restarts = np.floor(packets / CYCLE)
    if phase.window < CYCLE:
        restarts = (rows % np.uint64(CYCLE // phase.window)).astype(np.float64)
    column: Floats = (restarts * clock_of(phase, place) + (packets - restarts) * gaps) / packets
    return column
