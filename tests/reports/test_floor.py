from __future__ import annotations

import numpy as np
import pytest

from reports.floor import Floor, level, spread


def test_the_spread_of_normal_numbers_is_their_standard_deviation():
    values = np.random.default_rng(0).normal(3.0, 0.5, 4_000)
    assert spread(values.tolist()) == pytest.approx(0.5, rel=0.05)


def test_a_step_and_a_few_outliers_leave_the_spread_as_it_is():
    values = np.random.default_rng(0).normal(3.0, 0.5, 60)
    stepped = values + 5.0 * (np.arange(60) > 30)
    stepped[[4, 40]] += 20.0
    assert spread(stepped.tolist()) == pytest.approx(spread(values.tolist()), rel=0.35)


def test_the_level_of_one_night_is_its_value_and_has_no_spread():
    assert (level([2.0]), spread([2.0])) == (2.0, 0.0)


def test_what_does_not_matter_is_never_beyond_the_floor_however_quiet_the_nights():
    floor = Floor(level=0.0, spread=0.0, nights=30, practical=0.05)
    assert (floor.suspected_at, floor.confirmed_at(5)) == (0.05, 0.05)


def test_a_restless_night_raises_the_floor():
    floor = Floor(level=0.0, spread=0.01, nights=30, practical=0.05, restless=0.2)
    assert floor.suspected_at == floor.confirmed_at(5) == 0.2


def test_more_reruns_and_more_nights_lower_what_it_takes_to_confirm():
    def floor(nights):
        return Floor(level=0.0, spread=0.1, nights=nights, practical=0.0)

    assert floor(30).confirmed_at(5) < floor(30).confirmed_at(3) < floor(1).confirmed_at(3)
