"""The packets of each window: an attack's own pattern, aliens among it, or mere talk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.flows import Booleans, Floats, Integers
from pipeline.synthetic.attacks import Packets, Phase, load_capture
from pipeline.synthetic.chance import Words, key_of, uniforms

CYCLE: Final = 20  # the extractor forgets its lists of packets after every twentieth
LOOK_BACK: Final = 16
CUT_SHORT: Final = 0.001
MOST_ALIENS: Final = 100
PACKETS_AT_MOST: Final = 128


@dataclass(frozen=True, kw_only=True, eq=False)
class Windows:
    """Windows packet by packet, in whole cycles.

    Attributes
    ----------
    kinds
        (windows, packets): code of each packet.
    sizes
        The same shape: frame bytes.
    read
        The same shape: whether the packet is in the window at all.
    """

    kinds: NDArray[np.uint8]
    sizes: Floats
    read: Booleans


def clean_windows(phase: Phase) -> Windows:
    """The windows that hold the attack's own packets alone, one for each start of the pattern."""
    packets = load_capture().packets
    codes = np.array([packets.code(name) for name in phase.pattern], dtype=np.uint8)
    starts = np.arange(len(codes))
    kinds = codes[(starts[:, None] + np.arange(phase.window)) % len(codes)]
    return Windows(kinds=kinds, sizes=packets.smallest[kinds], read=np.ones(kinds.shape, bool))


def is_pure(phase: Phase, rows: Words, key: np.uint64) -> Booleans:
    """Whether each window holds the attack's own packets alone."""
    pure: Booleans = uniforms(key ^ key_of("pure"), rows) < phase.pure
    return pure


def is_cut_short(phase: Phase, rows: Words, key: np.uint64) -> Booleans:
    """Whether each window is a last one, short of packets."""
    cut: Booleans = uniforms(key ^ key_of("cut"), rows) < CUT_SHORT
    return cut & bool(phase.pattern)


def first_of_run(phase: Phase, rows: Words, key: np.uint64) -> Words:
    """The window from which each one's run of pure windows began: itself, where it is not pure."""
    first = rows.copy()
    open_runs = np.flatnonzero(is_pure(phase, rows, key))
    steps = np.arange(1, LOOK_BACK + 1, dtype=np.uint64)
    while open_runs.size:
        earlier = is_pure(phase, first[open_runs, None] - steps, key)
        whole = earlier.all(axis=1)
        back = np.where(whole, LOOK_BACK, np.argmin(earlier, axis=1))
        first[open_runs] -= back.astype(np.uint64)
        open_runs = open_runs[whole]
    return first


def start_of(phase: Phase, first: Words, key: np.uint64) -> Integers:
    """Which packet of the pattern the windows of each run start with."""
    draws = uniforms(key ^ key_of("start"), first) * len(phase.pattern)
    return draws.astype(np.int64)


def mixed_windows(phase: Phase, rows: Words, key: np.uint64) -> Windows:
    """These windows of a flood, each with its aliens or cut short."""
    clean = clean_windows(phase)
    start = start_of(phase, rows, key)
    kinds, sizes = clean.kinds[start], clean.sizes[start]
    alone = is_pure(phase, rows, key) | is_cut_short(phase, rows, key)
    number = np.where(alone, 0, _alien_numbers(phase, rows, key))
    at = np.repeat(np.arange(len(rows)), number)
    address = _addresses(rows[at], _ordinals(number))
    place = (uniforms(key ^ key_of("place"), address) * phase.window).astype(np.int64)
    alien = _talk_kinds(phase, rows[at], address, key)
    kinds[at, place] = alien
    sizes[at, place] = _sizes(load_capture().packets, alien, address, key)
    return Windows(kinds=kinds, sizes=sizes, read=_read_until_cut(phase, rows, key))


def talk_windows(phase: Phase, rows: Words, key: np.uint64) -> Windows:
    """These windows of talk; two windows of ten packets share one cycle, half each."""
    length = max(phase.window, CYCLE)
    shared = np.uint64(length // phase.window)
    cycles = rows // shared
    address = _addresses(cycles[:, None], np.arange(length))
    kinds = _talk_kinds(phase, cycles[:, None], address, key)
    place = np.arange(length) // phase.window
    return Windows(
        kinds=kinds,
        sizes=_sizes(load_capture().packets, kinds, address, key),
        read=place == (rows % shared).astype(np.int64)[:, None],
    )


def _addresses(rows: Words, packets: Integers) -> Words:
    """A number for each packet of each window."""
    addresses: Words = rows * np.uint64(PACKETS_AT_MOST) + packets.astype(np.uint64)
    return addresses


def _alien_numbers(phase: Phase, rows: Words, key: np.uint64) -> Integers:
    """One, and more with the same chance each: a geometric number of the wanted mean."""
    crowded = uniforms(key ^ key_of("crowded"), rows) < phase.crowded
    mean = np.where(crowded, phase.crowd, phase.aliens)
    chance_of_more = mean / (1.0 + mean)
    draws = np.log(uniforms(key ^ key_of("aliens"), rows)) / np.log(chance_of_more)
    numbers: Integers = np.minimum(1 + draws.astype(np.int64), MOST_ALIENS)
    return numbers


def _ordinals(number: Integers) -> Integers:
    """0, 1, … within each group of these sizes."""
    ends = np.cumsum(number)
    return np.arange(number.sum()) - np.repeat(ends - number, number)


def _talk_kinds(phase: Phase, window: Words, address: Words, key: np.uint64) -> NDArray[np.uint8]:
    """Code of each packet of talk: mostly of the conversation its window leans to."""
    leaning = uniforms(key ^ key_of("lean"), address) < phase.lean
    common = uniforms(key ^ key_of("window"), window)
    chosen = np.where(leaning, common, uniforms(key ^ key_of("other"), address))
    ladder, kinds, starts = _ladder(phase.talk)
    conversation = np.searchsorted(starts, chosen, side="right") - 1
    within = uniforms(key ^ key_of("kind"), address)
    picked: NDArray[np.uint8] = kinds[np.searchsorted(ladder, conversation + within)]
    return picked


def _ladder(talk: Mapping[str, float]) -> tuple[Floats, NDArray[np.uint8], Floats]:
    """Conversations laid end to end, so that one search finds the kind of a packet in any."""
    capture = load_capture()
    steps: list[Floats] = []
    kinds: list[int] = []
    for number, name in enumerate(talk):
        weights = np.array(list(capture.conversations[name].values()))
        steps.append(number + np.cumsum(weights) / weights.sum())
        kinds.extend(capture.packets.code(kind) for kind in capture.conversations[name])
    shares = np.cumsum([0.0, *talk.values()])
    starts = shares[:-1] / shares[-1]
    return np.concatenate(steps), np.array(kinds, dtype=np.uint8), starts


def _sizes(packets: Packets, kinds: NDArray[np.uint8], address: Words, key: np.uint64) -> Floats:
    """Frame bytes of each packet: small ones are commoner."""
    draws = uniforms(key ^ key_of("size"), address)
    sizes: Floats = packets.smallest[kinds] + np.floor(draws * draws * packets.spread[kinds])
    return sizes


def _read_until_cut(phase: Phase, rows: Words, key: np.uint64) -> Booleans:
    length = 1 + (uniforms(key ^ key_of("length"), rows) * (phase.window - 1)).astype(np.int64)
    length = np.where(is_cut_short(phase, rows, key), length, phase.window)
    read: Booleans = np.arange(phase.window) < length[:, None]
    return read
