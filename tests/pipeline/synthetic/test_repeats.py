"""How often rows repeat."""

from __future__ import annotations

import pytest

from pipeline.synthetic.attacks import load_capture
from pipeline.synthetic.repeats import expected_share, simulated_share

ATTACKS = load_capture().attacks


@pytest.mark.parametrize("label", ATTACKS)
def test_all_rows_repeat_as_published(label):
    expected = expected_share(ATTACKS[label], drawn=1.0)
    assert expected == pytest.approx(ATTACKS[label].published_share, abs=0.03)


@pytest.mark.parametrize(
    "label", ["DDoS-ICMP_Flood", "DDoS-SynonymousIP_Flood", "DDoS-UDP_Flood", "BenignTraffic"]
)
def test_neighbouring_windows_repeat_as_the_law_of_runs_says(label):
    simulated = simulated_share(ATTACKS[label], seed=1)
    assert simulated == pytest.approx(expected_share(ATTACKS[label], drawn=1.0), abs=0.03)


def test_a_smaller_draw_repeats_less():
    shares = [expected_share(ATTACKS["DDoS-TCP_Flood"], drawn=d) for d in (1.0, 0.5, 0.1, 0.01)]
    assert shares == sorted(shares, reverse=True)
