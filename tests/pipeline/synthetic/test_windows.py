"""The packets of each window."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from pipeline.synthetic.attacks import load_capture
from pipeline.synthetic.chance import key_of
from pipeline.synthetic.windows import (
    clean_windows,
    first_of_run,
    is_cut_short,
    is_pure,
    mixed_windows,
    talk_windows,
)

KEY = key_of(1)
ROWS = np.arange(5_000, 9_000, dtype=np.uint64)
SYN = load_capture().attacks["DDoS-SYN_Flood"].phases[0]


@pytest.mark.parametrize("chance", [0.0, 0.7, 0.99])
def test_a_run_of_pure_windows_is_told_by_its_first(chance):
    phase = dataclasses.replace(SYN, pure=chance)
    pure = is_pure(phase, ROWS, KEY)
    first = first_of_run(phase, ROWS, KEY)
    wanted = first[0]
    for place in range(1, len(ROWS)):
        wanted = wanted if pure[place] and pure[place - 1] else ROWS[place]
        assert first[place] == wanted


def test_windows_are_pure_about_as_often_as_they_should():
    assert is_pure(SYN, ROWS, KEY).mean() == pytest.approx(SYN.pure, abs=0.03)


def test_aliens_take_the_place_of_some_packets_only():
    windows = mixed_windows(SYN, ROWS, KEY)
    own = windows.kinds == clean_windows(SYN).kinds
    alone = is_pure(SYN, ROWS, KEY) | is_cut_short(SYN, ROWS, KEY)
    assert own[alone].all()
    assert (own[~alone].sum(axis=1) < SYN.window).all()


def test_a_window_does_not_depend_on_the_others_asked_for():
    whole, part = mixed_windows(SYN, ROWS, KEY), mixed_windows(SYN, ROWS[7:9], KEY)
    assert np.array_equal(whole.kinds[7:9], part.kinds)
    assert np.array_equal(whole.sizes[7:9], part.sizes)


def test_two_neighbouring_windows_of_ten_share_a_cycle():
    benign = load_capture().attacks["BenignTraffic"].phases[0]
    windows = talk_windows(benign, np.array([6, 7], dtype=np.uint64), KEY)
    assert np.array_equal(windows.kinds[0], windows.kinds[1])
    assert windows.read.sum(axis=1).tolist() == [10, 10]
    assert not (windows.read[0] & windows.read[1]).any()
