from __future__ import annotations

import numpy as np
import pytest

from pipeline.class_bins import BINS, class_bins
from pipeline.equal_columns import equal_columns, merge_equal
from pipeline.lint import CHECKS, Facts, lint
from pipeline.moments import class_moments, merge_moments

COLUMNS = ("noise", "zero", "rate", "class", "srate", "nearly", "zero too")


@pytest.fixture
def facts():
    """Two partitions; ``nearly`` equals ``rate`` in all rows of the first and all but one others"""
    chance = np.random.default_rng(0)
    y = chance.integers(0, 3, 300)
    noise, rate = chance.normal(size=(2, 300))
    nearly = np.r_[rate[:-1], rate[-1] + 1e-9]
    zero = np.full(300, 0.1)
    X = np.column_stack([noise, zero, rate, np.where(y == 2, 7.5, y), rate, nearly, zero])
    edges = [np.unique(np.quantile(x, np.arange(1, BINS) / BINS)) for x in X.T]
    parts = [(X[:120], y[:120]), (X[120:], y[120:])]
    return Facts(
        features=COLUMNS,
        moments=merge_moments(*(class_moments(x, codes, 3) for x, codes in parts)),
        bins=sum(class_bins(tuple(x.T), edges, codes, classes=3) for x, codes in parts),
        equal=merge_equal([equal_columns(tuple(x.T)) for x, _ in parts]),
    )


def test_constant_duplicate_and_leaking_features_are_found_and_no_others(facts):
    found = [(finding.code, finding.feature) for finding in lint(facts)]
    assert found == [
        ("S001", "zero"),
        ("S001", "zero too"),
        ("S002", "srate"),
        ("S003", "class"),
    ]


def test_a_finding_says_what_is_wrong_with_the_feature(facts):
    said = {finding.feature: finding.message for finding in lint(facts)}
    assert said["zero"] == "constant: 0.1 in every training flow"
    assert said["srate"] == "duplicate: equal to rate in every flow"
    assert "100.0%" in said["class"]


def test_codes_of_checks_stay():
    assert {code: check.title for code, check in CHECKS.items()} == {
        "S001": "constant",
        "S002": "duplicate",
        "S003": "leaking",
    }


def test_no_rows_are_no_evidence():
    nothing = Facts(
        features=("a",),
        moments=class_moments(np.zeros((0, 1)), np.zeros(0, int), 2),
        bins=np.zeros((1, BINS, 2), int),
        equal=np.array([0]),
    )
    assert lint(nothing) == ()
