from __future__ import annotations

from collections import Counter, defaultdict

import dask
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.ceiling_curve import MOST_BINS, Curve, _bin_column, ceiling_curves
from pipeline.labelled import usable_rows
from pipeline.row_sample import draw_rows, read_rows
from pipeline.split import SPLITS, mark_test_rows

ATTACKS = {"Calm": "Calm", "Flood": "Flood", "Scan": "Scan"}
BINARY = {"Calm": "Benign", "Flood": "Attack", "Scan": "Attack"}
NAMES = ("a", "b", "c")


def records(rows=900):
    """Flows whose ``c`` is continuous; its 900 values do not fit into the bins."""
    chance = np.random.default_rng(0)
    labels = chance.choice(list(ATTACKS), rows, p=[0.5, 0.3, 0.2])
    a = chance.integers(0, 4, rows)
    b = (labels == "Flood") * chance.integers(0, 3, rows)
    c = np.round(chance.normal(size=rows) + (labels == "Scan"), 6)
    return [tuple(row) for row in zip(a.tolist(), b.tolist(), c.tolist(), labels, strict=True)]


@pytest.fixture
def stored(csv_folder, ingest_here, tmp_path):
    """A store of the records in so many files."""

    def fill(rows, files):
        for old in csv_folder.glob("*.csv"):
            old.unlink()
        for number, piece in enumerate(np.array_split(np.arange(len(rows)), files)):
            lines = [",".join(map(str, rows[place])) for place in piece]
            text = "\n".join(["a,b,c,label", *lines]) + "\n"
            (csv_folder / f"{number}.csv").write_text(text)
        return tmp_path / "store", ingest_here()

    return fill


def curves(store, manifest, *, splits=("random",), tasks=(ATTACKS,), order=NAMES, rows=10**6):
    part_rows = [usable_rows(part, list(ATTACKS)) for part in manifest.parts]
    masks = {name: mark_test_rows(name, part_rows, test_size=0.3, seed=1) for name in splits}
    wanted = [Curve(split=s, features=order, class_of=t) for t in tasks for s in splits]
    drawn = [draw_rows(of_split, rows=rows, seed=5) for of_split in masks.values()]
    samples = read_rows(store, manifest, labels=list(ATTACKS), wanted=drawn)
    with dask.config.set(scheduler="synchronous"):
        return masks, ceiling_curves(
            manifest.features, wanted, dict(zip(masks, samples, strict=True))
        )


def by_hand(rows, columns, class_of, *, deduplicated=False):
    """The ceiling of these rows on these columns, counted one by one."""
    found = defaultdict(Counter)
    for row in rows:
        found[tuple(row[column] for column in columns)][class_of[row[3]]] += 1
    if deduplicated:
        found = {vector: Counter(list(labels)) for vector, labels in found.items()}
    total = sum(labels.total() for labels in found.values())
    return sum(max(labels.values()) for labels in found.values()) / total, total


def few_values(rows):
    """The same with ``c`` to one digit: no column has more values than bins."""
    return [(a, b, round(c, 1), label) for a, b, c, label in rows]


@pytest.mark.parametrize("class_of", [ATTACKS, BINARY])
def test_the_curve_is_the_ceiling_of_the_test_rows_counted_one_by_one(stored, class_of):
    rows = few_values(records())
    masks, (points,) = curves(*stored(rows, 2), tasks=(class_of,), order=("c", "b", "a"))
    test = [row for row, is_test in zip(rows, masks["random"][0].tolist() +
            masks["random"][1].tolist(), strict=True) if is_test]  # fmt: skip
    assert [(point.k, point.feature, point.binned) for point in points] == [
        (1, "c", 0),
        (2, "b", 0),
        (3, "a", 0),
    ]
    for point, columns in zip(points, [(2,), (2, 1), (2, 1, 0)], strict=True):
        assert (point.bounds.ceiling, point.rows) == by_hand(test, columns, class_of)


def test_a_continuous_column_is_binned_and_said_to_be(stored):
    rows = records()
    masks, (points,) = curves(*stored(rows, 1), order=("a", "c", "b"))
    test = [row for row, is_test in zip(rows, masks["random"][0], strict=True) if is_test]
    bins, is_cut = _bin_column(np.array([row[2] for row in test]))
    coarse = [(*row[:2], number, row[3]) for row, number in zip(test, bins.tolist(), strict=True)]
    assert is_cut
    assert [point.binned for point in points] == [0, 1, 1]
    assert points[1].bounds.ceiling == by_hand(coarse, (0, 2), ATTACKS)[0]
    assert points[2].bounds.ceiling == by_hand(coarse, (0, 1, 2), ATTACKS)[0]


def test_a_split_that_marks_no_rows_is_of_all_rows_as_it_counts_them(stored):
    rows = few_values(records())
    splits = ("distinct", "deduplicated")
    _, (distinct, deduplicated) = curves(*stored(rows, 3), splits=splits)
    for place, columns in enumerate([(0,), (0, 1), (0, 1, 2)]):
        expected = by_hand(rows, columns, ATTACKS)
        assert (distinct[place].bounds.ceiling, distinct[place].rows) == expected
        once = by_hand(rows, columns, ATTACKS, deduplicated=True)
        assert (deduplicated[place].bounds.ceiling, deduplicated[place].rows) == once


def test_more_features_never_lower_the_ceiling_of_the_same_rows(stored):
    store, manifest = stored(records(), 2)
    splits = sorted(set(SPLITS) - {"deduplicated"})  # which has other rows with every feature
    for points in curves(store, manifest, splits=splits, rows=300)[1]:
        values = [point.bounds.ceiling for point in points]
        assert values == sorted(values)
        assert {point.rows for point in points} <= {270, 300}


def test_curves_are_the_same_however_the_rows_lie_in_files(stored):
    rows = records()
    found = [
        curves(*stored(rows, files), splits=("random", "distinct"), rows=200)[1]
        for files in (1, 3, 7)
    ]
    assert found[0] == found[1] == found[2]
    assert {point.rows for points in found[0] for point in points} == {200}


@given(rows=st.integers(1, 1500), kinds=st.integers(1, 1500), seed=st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_bins_are_few_in_order_and_no_value_lies_in_two(rows, kinds, seed):
    column = np.random.default_rng(seed).integers(0, kinds, rows) / 8
    values = column.tolist()
    bins, is_cut = _bin_column(column)
    assert is_cut == (len(set(values)) > MOST_BINS)
    assert bins.min() >= 0
    assert bins.max() < MOST_BINS
    order = np.argsort(column, kind="stable")
    assert (np.diff(bins[order]) >= 0).all()
    assert ((np.diff(column[order]) > 0) | (np.diff(bins[order]) == 0)).all()
    assert is_cut or len(set(bins.tolist())) == len(set(values))


def test_bins_hold_about_equally_many_rows_and_a_frequent_value_has_its_own():
    chance = np.random.default_rng(3)
    column = np.append(chance.normal(size=20_000), np.full(5_000, 0.123))
    bins, _ = _bin_column(column)
    (own,) = set(bins[-5_000:].tolist())
    assert (bins == own).sum() < 5_000 + 2 * 25_000 / MOST_BINS
    sizes = np.bincount(bins)
    assert np.delete(sizes, own).max() <= 25_000 / MOST_BINS + 1
