from __future__ import annotations

from math import log

import numpy as np
import pytest

from reports.pace import Pace, find_pace

NIGHTS = [f"example-202601{day:02}T000000Z" for day in range(1, 21)]
PRACTICAL = log(1.05)


def made(*, cases=12, common=0.03, own=0.01, seed=0):
    """Values by case and by night that stray together by ``common``, and the shared part."""
    chance = np.random.default_rng(seed)
    shared = common * chance.standard_normal(len(NIGHTS))
    values = {
        f"case-{place}": {
            night: place + shared[at] + own * chance.standard_normal()
            for at, night in enumerate(NIGHTS)
        }
        for place in range(cases)
    }
    return values, shared


def found(values, tonight, restarts=None):
    now = {case: level + tonight for level, case in enumerate(values)}
    return find_pace(now, values, restarts=restarts or {}, practical=PRACTICAL)


def test_what_the_cases_of_a_night_share_is_told_from_what_they_do_not():
    values, shared = made()
    pace = found(values, 0.0)
    told = np.array([pace.by_night[night] for night in NIGHTS])
    assert np.std(told - shared) < 0.3 * np.std(shared)
    assert pace.spread == pytest.approx(0.03, rel=0.5)


def test_a_pace_within_what_nights_stray_by_is_excused_and_no_more_than_that():
    values, _ = made()
    assert found(values, 0.04).excused == pytest.approx(0.04, abs=0.02)
    far = found(values, 0.5)
    assert far.excused == pytest.approx(3 * far.shared)


def test_on_machines_that_do_not_stray_nothing_to_speak_of_is_excused():
    values, _ = made(common=0.0)
    assert found(values, 0.1).excused < 0.02


def test_a_pace_that_stays_for_three_nights_is_no_longer_excused():
    values, _ = made(common=0.005)
    for of_case in values.values():
        for night in NIGHTS[-2:]:
            of_case[night] += 0.1
    pace = found(values, 0.1)
    assert pace.persists
    assert pace.excused == 0.0


def test_one_night_that_is_far_off_does_not_persist():
    quiet = dict.fromkeys(NIGHTS, 0.0)
    assert not Pace(by_night=quiet, tonight=0.4, spread=0.01, practical=PRACTICAL).persists


def test_an_accepted_change_of_all_cases_is_their_level_from_then_on():
    values, _ = made(common=0.005)
    for of_case in values.values():
        for night in NIGHTS[12:]:
            of_case[night] += 0.1
    accepted = dict.fromkeys(values, NIGHTS[12])
    pace = found(values, 0.1, accepted)
    assert not pace.persists
    assert abs(pace.tonight) < 0.02


def test_too_few_cases_have_no_pace():
    values, _ = made(cases=7)
    assert found(values, 0.3) == Pace()


def test_between_two_nights_the_middle_distance_is_excused_as_far_as_nights_stray():
    pace = Pace(spread=0.02)
    assert pace.excused_from([0.05] * 9) == 0.05
    assert pace.excused_from([0.5] * 9) == pytest.approx(3 * 2**0.5 * 0.02)
    assert pace.excused_from([0.05] * 7) == 0.0
