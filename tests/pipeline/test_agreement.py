from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from pipeline.agreement import jaccard, kuncheva

NAMES = tuple("abcdefghij")


def test_equal_selections_agree_fully_by_either_measure():
    same = [frozenset("abc")] * 4
    assert (jaccard(same), kuncheva(same, features=10)) == (1.0, 1.0)


def test_jaccard_is_the_mean_over_pairs():
    three = [frozenset("ab"), frozenset("bc"), frozenset("cd")]
    assert jaccard(three) == pytest.approx((1 / 3 + 0 + 1 / 3) / 3)


def test_kuncheva_of_selections_by_chance_is_zero_in_the_mean():
    chance = np.random.default_rng(0)
    drawn = [frozenset(chance.choice(NAMES, 4, replace=False).tolist()) for _ in range(300)]
    assert kuncheva(drawn, features=10) == pytest.approx(0.0, abs=0.01)


def test_kuncheva_over_all_selections_of_a_size_is_zero():
    every = [frozenset(chosen) for chosen in combinations(NAMES[:5], 2)]
    pairs_with_themselves = [one for one in every for _ in range(2)]
    value = kuncheva(pairs_with_themselves, features=5)
    n = len(every)  # of the 2n(2n-1)/2 pairs, n are of equal ones and the rest average to zero
    equal, others = n, 4 * (n * (n - 1) // 2)
    expected = (equal - 4 * n / 2) / (equal + others)
    assert value == pytest.approx(expected)


def test_where_all_features_are_selected_there_is_nothing_to_agree_on():
    assert kuncheva([frozenset("ab")] * 3, features=2) is None
