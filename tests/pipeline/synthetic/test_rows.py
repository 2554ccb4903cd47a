"""Rows of the simulated capture."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.synthetic.attacks import load_capture
from pipeline.synthetic.columns import COLUMNS
from pipeline.synthetic.laws import LAWS
from pipeline.synthetic.rows import simulate_rows

ATTACKS = load_capture().attacks
ROWS = np.arange(0, 400, dtype=np.uint64)


@pytest.mark.parametrize("label", ATTACKS)
def test_every_attack_gives_the_columns_of_the_release_and_keeps_the_laws(label):
    columns = simulate_rows(ATTACKS[label], ROWS, population=400, seed=0)
    assert set(columns) == set(COLUMNS)
    strict = [law for law in LAWS.values() if not law.allowed_share]
    assert not any(law.broken(columns).any() for law in strict)


def test_a_row_does_not_depend_on_the_others_asked_for():
    attack = ATTACKS["DoS-UDP_Flood"]
    whole = simulate_rows(attack, ROWS, population=400, seed=0)
    part = simulate_rows(attack, ROWS[350:], population=400, seed=0)
    assert all(np.array_equal(whole[name][350:], part[name]) for name in COLUMNS)


def test_attacks_are_captured_at_their_own_times():
    syn = simulate_rows(ATTACKS["DDoS-SYN_Flood"], ROWS, population=400, seed=0)
    dos = simulate_rows(ATTACKS["DoS-SYN_Flood"], ROWS, population=400, seed=0)
    assert np.median(syn["IAT"]) - np.median(dos["IAT"]) == pytest.approx(1.15e5, rel=0.3)
