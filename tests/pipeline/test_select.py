from __future__ import annotations

import warnings
from fractions import Fraction
from functools import reduce

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as stnp
from sklearn.feature_selection import SelectKBest, f_classif

from pipeline.moments import class_moments, merge_moments
from pipeline.select import anova, select

CLASSES = 4
TABLES = st.integers(2, 40).flatmap(
    lambda rows: st.tuples(
        stnp.arrays(np.int64, (rows, 2), elements=st.integers(-50, 50)),
        stnp.arrays(np.int64, rows, elements=st.integers(0, CLASSES - 1)),
        st.lists(st.integers(0, rows), max_size=4).map(sorted),
    )
)


def by_scikit_learn(X, y):
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.filterwarnings("ignore", "Features .* are constant", UserWarning)
        return f_classif(X, y)


def sums_of_squares(column, y):
    """Between and within the classes, as fractions."""
    groups = [[Fraction(float(x)) for x in column[y == code]] for code in np.unique(y)]
    grand_mean = sum(map(sum, groups)) / len(y)
    means = [sum(group) / len(group) for group in groups]
    within = sum((x - m) ** 2 for group, m in zip(groups, means, strict=True) for x in group)
    between = sum(
        len(group) * (m - grand_mean) ** 2 for group, m in zip(groups, means, strict=True)
    )
    return between, within


def exact_f(column, y):
    """F as a fraction; None where it is no number."""
    between, within = sums_of_squares(column, y)
    classes = len(np.unique(y))
    if not within or classes < 2:
        return None
    return (between / (classes - 1)) / (within / (len(y) - classes))


def is_well_conditioned(column, y):
    """Whether no sum of squares drowns in those of the raw values, which scikit-learn subtracts."""
    return min(sums_of_squares(column, y)) * 10_000 > (column**2).sum()


def in_parts(X, y, cuts):
    parts = zip(np.split(X, cuts), np.split(y, cuts), strict=True)
    return reduce(merge_moments, [class_moments(x.astype(float), c, CLASSES) for x, c in parts])


@given(table=TABLES)
@example(table=(np.arange(80).reshape(40, 2) % [7, 11], np.arange(40) ** 2 % CLASSES, [3, 9, 30]))
@settings(max_examples=80, deadline=None)
def test_f_and_p_equal_f_classif_on_the_rows_in_any_partitioning(table):
    X, y, cuts = table
    F, p = anova(in_parts(X, y, cuts))
    well = [n for n in range(2) if is_well_conditioned(X[:, n], y)]
    if well:
        theirs_F, theirs_p = by_scikit_learn(X[:, well], y)
        np.testing.assert_allclose(F[well], theirs_F, rtol=1e-9)
        np.testing.assert_allclose(p[well], theirs_p, rtol=1e-8)


@given(table=TABLES)
@settings(max_examples=80, deadline=None)
def test_f_equals_exact_arithmetic_in_any_partitioning(table):
    X, y, cuts = table
    for found, column in zip(anova(in_parts(X, y, cuts))[0], X.T, strict=True):
        exact = exact_f(column, y)
        if exact is not None:
            assert found == pytest.approx(float(exact), rel=1e-11, abs=1e-24)


@pytest.mark.parametrize("spread", [1e-2, 1.0, 30.0])
@pytest.mark.parametrize("seed", range(4))
def test_f_stays_close_to_exact_arithmetic_where_scikit_learn_cancels(seed, spread):
    chance = np.random.default_rng(seed)
    y = chance.integers(0, 3, 200)
    X = 1e8 + spread * (chance.normal(size=(200, 1)) + 0.3 * y[:, np.newaxis])
    exact = float(exact_f(X[:, 0], y))
    ours = abs(anova(in_parts(X, y, [60, 130]))[0][0] - exact) / exact
    theirs = abs(by_scikit_learn(X, y)[0][0] - exact) / exact
    assert ours < 1e-5
    assert ours < theirs


@given(
    value=st.floats(-1e9, 1e9),
    counts=st.lists(st.integers(1, 50), min_size=2, max_size=CLASSES),
    cuts=st.lists(st.integers(0, 50), max_size=3).map(sorted),
)
@example(value=0.1, counts=[3, 7], cuts=[])
@settings(max_examples=100, deadline=None)
def test_a_constant_feature_has_no_f_whatever_its_value(value, counts, cuts):
    y = np.repeat(np.arange(len(counts)), counts)
    F, p = anova(in_parts(np.full((len(y), 1), value), y, cuts))
    assert np.isnan([F, p]).all()


@given(values=st.lists(st.floats(-1e6, 1e6, width=32), min_size=2, max_size=CLASSES, unique=True))
@settings(max_examples=50, deadline=None)
def test_a_feature_that_is_constant_within_every_class_has_infinite_f(values):
    y = np.repeat(np.arange(len(values)), 3)
    F, p = anova(in_parts(np.array(values)[y][:, np.newaxis], y, [2, 5]))
    assert (F.tolist(), p.tolist()) == ([np.inf], [0.0])


def test_one_class_alone_has_no_f():
    F, p = anova(class_moments(np.array([[1.0], [2.0]]), np.array([1, 1]), CLASSES))
    assert np.isnan([F, p]).all()


@pytest.mark.parametrize("seed", range(5))
def test_of_columns_that_are_multiples_the_same_is_chosen_in_any_partitioning(seed):
    chance = np.random.default_rng(seed)
    y = chance.integers(0, 3, 3000)
    column = chance.normal(size=3000) + y
    X = np.column_stack([column, 0.7 * column + 0.1, 1.3 * column - 9.0, chance.normal(size=3000)])
    names = ("a", "b", "c", "d")
    cuts = ([], [1000], [10, 500, 2990], list(range(7, 3000, 7)))
    found = [select(in_parts(X, y, cut), features=names, k=1) for cut in cuts]
    assert len({tuple(one.F[:3]) for one in found}) > 1  # the last digits do differ
    assert {one.selected for one in found} == {("c",)}
    assert {one.ranked for one in found} == {("c", "b", "a", "d")}


@pytest.mark.parametrize("k", range(1, 9))
def test_the_best_features_in_their_ranking_are_those_selected(k):
    chance = np.random.default_rng(2)
    X, y = chance.integers(0, 3, (30, 7)).astype(float), np.arange(30) % 3
    X[:, [1, 4]] = 5.0
    best = select(class_moments(X, y, 3), features=tuple("abcdefg"), k=k)
    assert set(best.ranked[:k]) == set(best.selected)
    assert sorted(best.ranked) == list("abcdefg")


@pytest.mark.parametrize("k", range(1, 9))
def test_the_best_k_are_those_of_select_k_best_with_constants_infinities_and_ties(k):
    chance = np.random.default_rng(1)
    y = np.repeat([0, 1], 8)
    noise = chance.integers(0, 5, 16)
    X = np.column_stack([np.full(16, 4), noise + y, y, noise + y, 2 * y, noise, np.zeros(16)])
    names = tuple("abcdefg")
    best = select(class_moments(X.astype(float), y, 2), features=names, k=k)
    F, p = by_scikit_learn(X, y)
    assert np.isnan(F).sum() == np.isinf(F).sum() == 2
    theirs = SelectKBest(lambda _X, _y: (F, p), k=min(k, 7)).fit(X, y)
    assert best.selected == tuple(np.array(names)[theirs.get_support()])
    assert (best.features, best.rows) == (names, 16)
    np.testing.assert_allclose(best.F, F, rtol=1e-9)
    np.testing.assert_allclose(best.p, p, rtol=1e-9)
