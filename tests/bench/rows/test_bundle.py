from __future__ import annotations

import dask
import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

from bench.rows.bundle import load_row_bundle
from bench.rows.write_bundle import write_piece, write_row_bundle
from pipeline.rows.allot import allot
from pipeline.rows.sample import draw_samples
from pipeline.rows.source import load_part


@pytest.fixture
def written(source, tmp_path):
    with dask.config.set(scheduler="synchronous"):
        samples = {
            side: draw_samples(source, side=side, budgets=[budget], seed=0)[0]
            for side, budget in (("train", 900), ("test", 100))
        }
        write_row_bundle(tmp_path / "bundle", source, samples)
    return tmp_path / "bundle", samples


@pytest.mark.parametrize("side", ["train", "test"])
def test_a_bundle_holds_the_rows_drawn_in_the_order_of_the_files(written, source, side):
    folder, samples = written
    blocks = [load_part(part, seed=0).block(side, samples[side].cutoffs) for part in source.parts()]
    table = getattr(load_row_bundle(str(folder)), side)
    np.testing.assert_array_equal(table.X, np.vstack([block.X for block in blocks]), strict=True)
    np.testing.assert_array_equal(table.y, np.concatenate([block.y for block in blocks]))
    assert table.asked == samples[side].asked


def test_a_smaller_budget_takes_the_rows_whose_turn_comes_first(written, source):
    folder, _ = written
    train = load_row_bundle(str(folder)).train
    with dask.config.set(scheduler="synchronous"):
        (small,) = draw_samples(source, side="train", budgets=[250], seed=0)
    blocks = [load_part(part, seed=0).block("train", small.cutoffs) for part in source.parts()]
    wanted = np.vstack([block.X for block in blocks])
    np.testing.assert_array_equal(train.X[train.drawn(250)], wanted)
    np.testing.assert_array_equal(
        np.bincount(train.y[train.drawn(250)]), allot(train.class_rows, 250)
    )


def test_the_features_are_mapped_and_not_read(written):
    assert isinstance(load_row_bundle(str(written[0])).train.X, np.memmap)


def test_the_scaler_is_of_all_training_rows_and_not_of_the_sample_alone(written, source):
    blocks = [load_part(part, seed=0).block("train").X for part in source.parts()]
    wanted = StandardScaler().fit(np.vstack(blocks))
    found = load_row_bundle(str(written[0])).scaler
    X = np.vstack(blocks)[:50]
    np.testing.assert_allclose(found.transform(X), wanted.transform(X), rtol=1e-6, atol=1e-6)


def test_a_bundle_that_is_there_is_left_alone_and_no_piece_is(written, source):
    folder, samples = written
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    write_row_bundle(folder, source, samples)
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    assert not list(folder.glob("*piece*"))


def test_what_an_earlier_start_has_left_half_done_is_used(written, source, tmp_path):
    folder, samples = written
    (tmp_path / "again").mkdir()
    part = source.parts()[0]
    write_piece(tmp_path / "again" / "piece-000000", part, samples)
    with dask.config.set(scheduler="synchronous"):
        write_row_bundle(tmp_path / "again", source, samples)
    for name in ("train-X.npy", "test-y.npy", "train-rank.npy", "meta.json"):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()
