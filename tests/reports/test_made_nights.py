from __future__ import annotations

import pytest

from reports.made_nights import measure_detector
from reports.made_records import Noise, Planted

SLOWER, DROP = Planted(slower=1.1), Planted(drop=0.005)


@pytest.mark.parametrize("planted", [SLOWER, DROP])
def test_every_planted_change_is_found_within_three_nights_and_quiet_ones_raise_no_alarm(planted):
    rates = measure_detector(
        cases=10, quiet_nights=40, trials=3, noise=Noise(), planted=planted, seed=3
    )
    assert (rates.planted, rates.found_in_three) == (30, 1.0)
    assert rates.false_alarms == 0
    assert rates.suspects > 0


def test_noise_that_drowns_a_change_keeps_it_from_being_found():
    rates = measure_detector(
        cases=10, quiet_nights=25, trials=2, noise=Noise(seconds=0.2), planted=SLOWER, seed=3
    )
    assert rates.found_in_three < 0.5


def test_noise_that_a_whole_night_shares_raises_no_alarm_and_hides_no_change_of_a_few_cases():
    noise, few = Noise(common=0.05), Planted(slower=1.1, drop=0.005, every=5)
    rates = measure_detector(cases=10, quiet_nights=40, trials=4, noise=noise, planted=few, seed=3)
    assert (rates.false_alarms, rates.planted) == (0, 16)
    assert rates.found_in_three == 1.0


def test_the_same_seed_gives_the_same_rates():
    asked = {"cases": 3, "quiet_nights": 5, "trials": 1, "noise": Noise(), "planted": SLOWER}
    assert measure_detector(**asked, seed=1) == measure_detector(**asked, seed=1)
