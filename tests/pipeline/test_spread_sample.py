from __future__ import annotations

import dask
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.ladder import read_ladder
from pipeline.spread_sample import sample_quantiles, spread_runs

PARTS = st.lists(st.integers(0, 40), min_size=1, max_size=8).filter(any)


def chosen(part_rows, *, runs, run_rows):
    """The numbers of the chosen rows over all parts."""
    firsts = np.cumsum([0, *part_rows])
    spans = spread_runs(part_rows, runs=runs, run_rows=run_rows)
    return [
        int(first) + row
        for first, of_part in zip(firsts, spans, strict=False)
        for low, high in of_part
        for row in range(low, high)
    ]


@settings(max_examples=80, deadline=None)
@given(PARTS, st.integers(1, 6), st.integers(1, 6))
def test_the_same_rows_are_chosen_however_they_lie_in_parts(part_rows, runs, run_rows):
    total = sum(part_rows)
    found = chosen(part_rows, runs=runs, run_rows=run_rows)
    assert found == chosen([total], runs=runs, run_rows=run_rows)
    assert len(set(found)) == len(found) == min(total, runs * run_rows)


@pytest.fixture
def stored(tmp_path, small_dataset):
    """The store of so many rows in so many files: a is continuous, b has nine values and gaps."""
    from pipeline.ingest import ingest

    def store(rows, files):
        chance = np.random.default_rng(0)
        gaps = np.where(np.arange(rows) % 10, chance.integers(0, 9, rows), -1)
        lines = [
            f"{a!r},{'' if b < 0 else b},0,Calm\n"
            for a, b in zip(chance.lognormal(sigma=2.0, size=rows).tolist(), gaps, strict=True)
        ]
        folder = tmp_path / f"{rows}-{files}"
        folder.mkdir()
        for number, piece in enumerate(np.array_split(np.array(lines), files)):
            (folder / f"{number}.csv").write_text("a,b,c,label\n" + "".join(piece))
        with dask.config.set(scheduler="synchronous"):
            return folder, ingest([folder], store=folder / "store", dataset=small_dataset)

    return store


@pytest.fixture(autouse=True)
def _in_this_thread():
    with dask.config.set(scheduler="synchronous"):
        yield


def test_few_rows_are_all_sampled_and_their_ranks_are_exact(stored):
    folder, manifest = stored(300, 2)
    a, b = sample_quantiles(folder / "store", manifest, ("a", "b"), runs=3, run_rows=100)
    assert (a.rows, a.rank_error) == (300, 0.0)
    assert (b.values.tolist(), b.rows) == (list(range(9)), 270)


def test_ranks_of_a_sample_are_near_and_nothing_is_promised(stored):
    folder, manifest = stored(20_000, 3)
    (a,) = sample_quantiles(folder / "store", manifest, ("a",), runs=20, run_rows=100)
    assert (a.rows, a.rank_error) == (2_000, 1.0)
    assert a.at(0.5) == pytest.approx(1.0, rel=0.2)


def test_bins_are_the_same_bits_however_rows_lie_in_files(stored, monkeypatch):
    monkeypatch.setattr("pipeline.ladder.RUN_ROWS", 50)
    ladders = []
    for files in (1, 2, 7):
        folder, manifest = stored(12_000, files)
        ladders.append(read_ladder(folder / "store", manifest, ("a", "b")))
    one, *others = [
        [(bins.starts.tobytes(), bins.values.tobytes(), bins.is_cut) for bins in level]
        for ladder in ladders
        for level in [[of for each in ladder.bins for of in each]]
    ]
    assert all(other == one for other in others)
    assert [bins.is_cut for bins in ladders[0].bins[0]] == [True, False]
