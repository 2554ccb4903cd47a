"""A 64-bit number for every row, equal for equal rows: how repeats are counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.flows import Floats, Integers

Hashes = NDArray[np.uint64]

_BLOCK_ROWS: Final = 16384
_START: Final = np.uint64(0x9E3779B97F4A7C15)
_ROUNDS: Final = (
    (np.uint64(0xFF51AFD7ED558CCD), np.uint64(32)),
    (np.uint64(0xC4CEB9FE1A85EC53), np.uint64(29)),
)


def row_hashes(columns: Sequence[Floats]) -> tuple[Hashes, Hashes]:
    """For every row, a hash of its float64 values, and one of the same rounded to float32.

    Equal rows (0.0 equals -0.0, NaN equals NaN) have equal hashes. Two different rows share one
    with probability 2**-64, so among ``n`` distinct rows of one label at most about
    ``n**2 / 2**65`` are wrongly counted as repeats: 1e-6 at seven million.
    """
    rows = len(columns[0])
    exact, rounded = np.full(rows, _START), np.full(rows, _START)
    for start in range(0, rows, _BLOCK_ROWS):
        stop = min(start + _BLOCK_ROWS, rows)
        _hash_block([column[start:stop] for column in columns], exact, rounded, start, stop)
    return exact, rounded


def exact_hashes(columns: Sequence[np.ndarray]) -> Hashes:
    """For every row the first hash of :func:`row_hashes`, of columns of any numbers.

    >>> columns = [np.array([1, 2, 1]), np.array([0.5, 0.5, 0.5])]
    >>> (exact_hashes(columns) == row_hashes(columns)[0]).all()
    np.True_
    """
    rows = len(columns[0])
    hashes = np.full(rows, _START)
    values, spare = np.empty(_BLOCK_ROWS), np.empty(_BLOCK_ROWS, np.uint64)
    with np.errstate(over="ignore"):
        for start in range(0, rows, _BLOCK_ROWS):
            of_block = hashes[start : start + _BLOCK_ROWS]
            size = len(of_block)
            for column in columns:
                np.add(column[start : start + size], 0.0, out=values[:size])
                _mix(of_block, values[:size].view(np.uint64), spare[:size])
    return hashes


def code_hashes(columns: Sequence[NDArray[np.uint8]], labels: NDArray[np.integer]) -> Hashes:
    """For every row, a hash of its codes and its label; eight codes are taken in at once."""
    words = np.zeros((len(labels), -(-len(columns) // 8) * 8), np.uint8)
    for number, column in enumerate(columns):
        words[:, number] = column
    hashes, spare = np.full(len(labels), _START), np.empty(len(labels), np.uint64)
    with np.errstate(over="ignore"):
        for word in (labels.astype(np.uint64), *words.view(np.uint64).T):
            _mix(hashes, word, spare)
    return hashes


def number_hashes(start: int, rows: int) -> Hashes:
    """A hash of every row's own number, for rows that are numbered from ``start``."""
    numbers = np.arange(start, start + rows, dtype=np.uint64)
    hashes, spare = np.full(rows, _START), np.empty(rows, np.uint64)
    with np.errstate(over="ignore"):
        _mix(hashes, numbers, spare)
    return hashes


def sort_by_class(hashes: Hashes, codes: Integers, n_classes: int) -> Hashes:
    """The hashes class by class in the order of the codes, ascending within each."""
    order = np.argsort(codes.astype(np.uint16), kind="stable")
    grouped = hashes[order]
    for slice_ in np.split(grouped, np.cumsum(np.bincount(codes, minlength=n_classes))[:-1]):
        slice_.sort()
    return grouped


def _hash_block(
    columns: Sequence[Floats], exact: Hashes, rounded: Hashes, start: int, stop: int
) -> None:
    values = np.empty(stop - start)
    spare = np.empty(stop - start, np.uint64)
    pair = np.empty((stop - start, 2), np.float32)
    with np.errstate(over="ignore"):
        for index, column in enumerate(columns):
            np.add(column, 0.0, out=values)
            _mix(exact[start:stop], values.view(np.uint64), spare)
            pair[:, index % 2] = values
            if index % 2 or index == len(columns) - 1:
                pair[:, 1] = pair[:, 1] if index % 2 else 0.0
                _mix(rounded[start:stop], pair.view(np.uint64).ravel(), spare)


def _mix(hashes: Hashes, bits: Hashes, spare: Hashes) -> None:
    """Fold one word into each hash in place; one-to-one in either argument.

    Two rounds, because flags differ in their top bits alone and one leaves the lower ones alike.
    """
    np.bitwise_xor(hashes, bits, out=hashes)
    for factor, shift in _ROUNDS:
        np.multiply(hashes, factor, out=hashes)
        np.right_shift(hashes, shift, out=spare)
        np.bitwise_xor(hashes, spare, out=hashes)
