from __future__ import annotations

import numpy as np
import pytest

from reports.steps import level_changes

PRACTICAL = 0.05


def nights(*, step, at=20, count=30, noise=0.02, seed=0):
    chance = np.random.default_rng(seed)
    return (noise * chance.standard_normal(count) + step * (np.arange(count) >= at)).tolist()


@pytest.mark.parametrize("step", [0.1, -0.1])
@pytest.mark.parametrize("seed", range(5))
def test_a_step_of_five_spreads_is_found_within_a_night_of_where_it_is(step, seed):
    ((place, before, now),) = level_changes(nights(step=step, seed=seed), practical=PRACTICAL)
    assert abs(place - 20) <= 1
    assert now - before == pytest.approx(step, abs=0.03)


def test_a_step_is_placed_at_its_first_night_though_two_nights_are_all_there_is_of_it():
    assert level_changes([1.0] * 8 + [2.0] * 2, practical=PRACTICAL) == [(8, 1.0, 2.0)]


def test_quiet_nights_have_no_step_and_neither_has_one_outlier():
    values = nights(step=0.0)
    values[12] += 0.4
    assert level_changes(values, practical=PRACTICAL) == []


def test_a_step_that_does_not_matter_is_none_however_clear():
    assert level_changes(nights(step=0.04, noise=0.0001), practical=PRACTICAL) == []
