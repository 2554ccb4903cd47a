"""Chance by address."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.synthetic.chance import key_of, shuffled, uniforms


@pytest.mark.parametrize("size", [1, 2, 3, 1000, 4096, 4097])
def test_a_shuffle_sends_each_place_to_another(size):
    sent = shuffled(key_of(7), np.arange(size, dtype=np.uint64), size=size)
    assert sorted(sent.tolist()) == list(range(size))


def test_a_shuffle_can_be_asked_piece_by_piece():
    places = np.arange(1000, dtype=np.uint64)
    whole = shuffled(key_of(7), places, size=1000)
    assert np.array_equal(whole[300:400], shuffled(key_of(7), places[300:400], size=1000))


def test_draws_are_uniform_and_do_not_follow_the_row_number():
    draws = uniforms(key_of("a"), np.arange(100_000, dtype=np.uint64))
    assert np.allclose(np.histogram(draws, bins=20, range=(0, 1))[0], 5_000, atol=350)
    assert abs(np.corrcoef(draws[1:], draws[:-1])[0, 1]) < 0.02


def test_keys_of_different_words_draw_differently():
    rows = np.arange(10_000, dtype=np.uint64)
    both = np.corrcoef(uniforms(key_of(0, "a"), rows), uniforms(key_of(0, "b"), rows))
    assert abs(both[0, 1]) < 0.05
