"""Which rows go into which file."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from pipeline.synthetic.draw import download_rates, draw_rows, largest_remainder, new_draw
from pipeline.synthetic.published import load_study


def test_every_label_is_there_from_forty_thousand_rows_on():
    counts = new_draw(rows=40_000, files=1, seed=0, labels=None).row_counts()
    assert len(counts) == 34
    assert min(counts.values()) >= 1
    assert sum(counts.values()) == 40_000


@pytest.mark.parametrize("rows", [1, 7, 99, 1000])
def test_largest_remainder_never_strays_by_a_row(rows):
    counts = largest_remainder({"a": 713, "b": 211, "c": 76}, rows=rows)
    assert sum(counts.values()) == rows
    assert all(
        abs(counts[k] - rows * n / 1000) < 1 for k, n in {"a": 713, "b": 211, "c": 76}.items()
    )


def test_files_share_the_rows_out_evenly_and_completely():
    draw = new_draw(rows=1003, files=4, seed=0, labels=None)
    places = [draw.places(index) for index in range(4)]
    assert places[0][0] == 0
    assert places[-1][1] == 1003
    assert all(end == begin for (_, end), (begin, _) in pairwise(places))


def test_the_labels_drawn_are_those_that_were_counted():
    draw = new_draw(rows=3_000, files=1, seed=2, labels=None)
    _, label = draw_rows(draw, 0, 3_000)
    assert np.bincount(label, minlength=34).tolist() == list(draw.row_counts().values())


def test_one_file_is_a_fair_sample_of_all():
    draw = new_draw(rows=40_000, files=10, seed=0, labels=None)
    _, label = draw_rows(draw, *draw.places(3))
    icmp = draw.labels.index("DDoS-ICMP_Flood")
    assert (label == icmp).mean() == pytest.approx(0.154, abs=0.02)


@pytest.mark.parametrize("begin", [0, 173_777, 40_000_000])
def test_the_mean_and_spread_of_drate_are_the_studys_in_any_so_many_rows(begin):
    study = load_study()
    rates = download_rates(np.arange(begin, begin + study.ddos_rows, dtype=np.uint64))
    assert rates.mean() == pytest.approx(study.mean["Drate"], rel=0.1)
    assert rates.std() == pytest.approx(study.std["Drate"], rel=0.1)
    assert rates.max() == pytest.approx(0.848465)
