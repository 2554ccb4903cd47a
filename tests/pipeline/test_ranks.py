from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import friedmanchisquare, rankdata, studentized_range

from pipeline.ranks import mean_ranks

CHANCE = np.random.default_rng(0)
SCORES = {
    "good": list(0.9 + 0.01 * CHANCE.random(6)),
    "fair": list(0.8 + 0.15 * CHANCE.random(6)),
    "poor": list(0.5 + 0.01 * CHANCE.random(6)),
}


def test_ranks_and_p_are_friedman_s_and_the_difference_nemenyi_s(capsys):
    found = mean_ranks(SCORES)
    table = np.array(list(SCORES.values())).T
    expected = rankdata(-table, axis=1).mean(axis=0)
    assert found.ranks == pytest.approx(dict(zip(SCORES, expected, strict=True)))
    assert found.p == pytest.approx(friedmanchisquare(*table.T).pvalue)
    difference = studentized_range.ppf(0.95, 3, np.inf) * np.sqrt(3 * 4 / (12 * 6))
    assert found.critical_difference == pytest.approx(difference, rel=1e-3)
    assert found.blocks == 6
    assert capsys.readouterr().out == ""


def test_the_least_ranks_first_where_less_is_better():
    ranks = mean_ranks(SCORES, better="lower").ranks
    assert min(ranks, key=ranks.get) == "poor"


def test_models_that_never_differ_share_their_rank():
    found = mean_ranks(dict.fromkeys("abc", [0.5] * 5))
    assert found.ranks == {"a": 2.0, "b": 2.0, "c": 2.0}
    assert found.p == 1.0


@pytest.mark.parametrize(
    "scores",
    [
        {},
        {"a": [0.5] * 9, "b": [0.6] * 9},
        {"a": [0.5] * 4, "b": [0.6] * 4, "c": [0.7] * 4},
    ],
)
def test_of_too_few_models_or_blocks_nothing_is_said(scores):
    assert mean_ranks(scores) is None
