"""Chance by address: a draw is a function of a key and a row number, not of earlier draws."""

from __future__ import annotations

import zlib
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.flows import Floats

Words = NDArray[np.uint64]

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX: Final = ((30, np.uint64(0xBF58476D1CE4E5B9)), (27, np.uint64(0x94D049BB133111EB)))
_ROUNDS: Final = 3


@cache
def key_of(*parts: int | str) -> np.uint64:
    """One 64-bit key for these words; other words, another key.

    >>> bool(key_of(0, "SYN") == key_of(0, "SYN")), bool(key_of(0, "SYN") == key_of(1, "SYN"))
    (True, False)
    """
    text = "/".join(map(str, parts)).encode()
    word = np.array([zlib.crc32(text) << 32 | zlib.crc32(text, 0xFFFFFFFF)], dtype=np.uint64)
    return np.uint64(_mixed(word)[0])


def uniforms(key: np.uint64, rows: Words) -> Floats:
    """A number in (0, 1) for each row.

    >>> u = uniforms(key_of(0), np.arange(10_000, dtype=np.uint64))
    >>> float(u.min()) > 0, float(u.max()) < 1, round(float(u.mean()), 1)
    (True, True, 0.5)
    """
    words = _mixed(rows * _GOLDEN + key)
    words >>= np.uint64(11)
    draws: Floats = words.astype(np.float64)
    draws += 0.5
    draws *= 2.0**-53
    return draws


def shuffled(key: np.uint64, places: Words, *, size: int) -> Words:
    """Where a shuffle of ``range(size)`` sends each place: one to one, without a table of it.

    >>> sorted(shuffled(key_of(0), np.arange(7, dtype=np.uint64), size=7).tolist())
    [0, 1, 2, 3, 4, 5, 6]
    """
    bits = max(2, (size - 1).bit_length())
    sent = _feistel(key, places, bits=bits)
    while (outside := np.flatnonzero(sent >= size)).size:
        sent[outside] = _feistel(key, sent[outside], bits=bits)
    return sent


def _mixed(words: Words) -> Words:
    """The words, each bit spread over all of its word (splitmix64); overwrites ``words``."""
    for shift, factor in _MIX:
        words ^= words >> np.uint64(shift)
        words *= factor
    words ^= words >> np.uint64(31)
    return words


def _feistel(key: np.uint64, words: Words, *, bits: int) -> Words:
    """A shuffle of ``range(2**bits)``: two halves of the word mask each other in turn."""
    low_bits = np.uint64(bits // 2)
    low_mask = (np.uint64(1) << low_bits) - np.uint64(1)
    high_mask = (np.uint64(1) << np.uint64(bits - bits // 2)) - np.uint64(1)
    low, high = words & low_mask, words >> low_bits
    for step in range(_ROUNDS):
        high ^= _mixed(low * _GOLDEN + (key ^ np.uint64(2 * step))) & high_mask
        low ^= _mixed(high * _GOLDEN + (key ^ np.uint64(2 * step + 1))) & low_mask
    return high << low_bits | low
