from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from bench.bundle import load_bundle, load_predictions, save_bundle, save_predictions
from bench.errors import BenchError
from bench.fold_tables import FoldTable
from pipeline.flows import CountedFlows
from pipeline.folds import fold_counts
from pipeline.predict import METHODS, Predictions

PARTS = ("train", "test")
ARRAYS = ("X", "y", "counts")


@pytest.mark.parametrize("part", PARTS)
def test_a_bundle_comes_back_as_the_split_that_was_saved(part, bundle, small_split):
    loaded, saved = getattr(bundle, part), getattr(small_split, part)
    assert (loaded.features, loaded.labels) == (saved.features, saved.labels)
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(loaded, name), getattr(saved, name), strict=True)


def test_the_folds_share_out_the_training_flows(bundle):
    np.testing.assert_array_equal(bundle.folds.sum(axis=1), bundle.train.counts)


@pytest.mark.parametrize("fold", range(3))
def test_what_is_in_a_fold_and_what_is_without_it_make_the_training_part(fold, bundle):
    held_out, rest = bundle.only(fold), bundle.without(fold)
    assert held_out.rows + rest.rows == bundle.train.rows
    assert min(held_out.counts.min(), rest.counts.min()) > 0
    assert _table(held_out) + _table(rest) == _table(bundle.train)


def test_a_fold_with_features_of_its_own_has_its_own_table(small_split, bundle, tmp_path):
    train = small_split.train
    columns = [0, 2]
    own = CountedFlows(
        features=("wide", "flag"),
        labels=train.labels,
        X=train.X[:, columns],
        y=train.y,
        counts=train.counts,
    )
    table = FoldTable(train=own, folds=bundle.folds)
    save_bundle(tmp_path / "own.npz", small_split, bundle.folds, own={1: table})
    loaded = load_bundle(str(tmp_path / "own.npz"))
    assert [loaded.only(fold).features for fold in range(3)] == [
        train.features,
        own.features,
        train.features,
    ]
    assert np.array_equal(loaded.without(1).X, bundle.without(1).X[:, columns])
    assert np.array_equal(loaded.only(1).counts, bundle.only(1).counts)
    assert loaded.train.features == train.features


def test_a_second_look_at_a_bundle_reads_nothing(bundle_path):
    assert load_bundle(str(bundle_path)) is load_bundle(str(bundle_path))


def test_a_bundle_needs_no_pickle_and_leaves_nothing_half_written(small_split, tmp_path):
    save_bundle(tmp_path / "a.npz", small_split, fold_counts(small_split.train, folds=3, seed=0))
    assert [path.name for path in tmp_path.iterdir()] == ["a.npz"]
    with np.load(tmp_path / "a.npz", allow_pickle=False) as arrays:
        assert not any(arrays[name].dtype.hasobject for name in arrays)


@pytest.mark.parametrize("method", METHODS)
def test_predictions_come_back_as_they_were_saved(method, tmp_path):
    values = np.array([[0.1, 0.9], [np.nextafter(0.5, 1), 0.5]])
    saved = Predictions(codes=np.array([1, 0]), method=method, values=values)
    save_predictions(tmp_path / "p.npz", saved)
    loaded = load_predictions(tmp_path / "p.npz")
    assert loaded.method == method
    np.testing.assert_array_equal(loaded.codes, saved.codes, strict=True)
    np.testing.assert_array_equal(loaded.values, saved.values, strict=True)


def _table(flows):
    """Count by (features, class); tables add up."""
    keys = map(tuple, np.column_stack([flows.X, flows.y]).tolist())
    return Counter(dict(zip(keys, flows.counts.tolist(), strict=True)))


def test_a_bundle_that_is_gone_is_one_sentence(tmp_path):
    with pytest.raises(BenchError, match=r"gone\.npz: the counted flows .* start the run anew"):
        load_bundle(str(tmp_path / "gone.npz"))
