from __future__ import annotations

import dask
import pytest

from pipeline.dataset import load_dataset
from pipeline.errors import DataError
from pipeline.findings import let_pass
from pipeline.ingest import ingest
from pipeline.manifest import read_part
from pipeline.parts import COUNTS_FILE, FLOWS_FILE, HASHES_FILE
from pipeline.profile import profile_store
from pipeline.statistics_file import STATISTICS_FILE, load_statistics
from pipeline.synthetic import write_dataset


@pytest.fixture
def ingested(tmp_path):
    with dask.config.set(scheduler="synchronous"):
        write_dataset(tmp_path / "csv", rows=200, files=1, seed=0)
        (tmp_path / "csv" / "z.csv").write_text("colour,size\nred,1\n")
        store = tmp_path / "store"
        return store, ingest([tmp_path / "csv"], store=store, dataset=load_dataset())


def test_a_part_that_was_cut_short_is_damaged_and_says_how_to_mend_it(ingested):
    store, manifest = ingested
    path = store / manifest.parts[0].parquet
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(DataError, match=r"flows\.parquet: damaged .*; remove its folder"):
        read_part(store, manifest.parts[0], ["label"])


def test_a_part_without_a_column_is_damaged(ingested):
    store, manifest = ingested
    with pytest.raises(DataError, match=r"flows\.parquet: damaged .*colour.*; remove its folder"):
        read_part(store, manifest.parts[0], ["label", "colour"])


@pytest.mark.parametrize("name", [FLOWS_FILE, HASHES_FILE, STATISTICS_FILE, COUNTS_FILE])
def test_a_part_that_was_cut_short_is_made_anew_by_the_next_ingest(name, ingested):
    store, manifest = ingested
    folder = store / manifest.parts[0].folder
    whole = {path.name: path.read_bytes() for path in folder.iterdir()}
    (folder / name).write_bytes(whole[name][: len(whole[name]) // 2])
    with dask.config.set(scheduler="synchronous"):
        assert ingest([store.parent / "csv"], store=store, dataset=load_dataset()) == manifest
    assert {path.name: len(path.read_bytes()) for path in folder.iterdir()} == {
        name: len(content) for name, content in whole.items()
    }
    assert (folder / FLOWS_FILE).read_bytes() == whole[FLOWS_FILE]
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_row_hashes_that_were_cut_short_are_damaged_and_say_how_to_mend_it(ingested):
    store, manifest = ingested
    path = store / manifest.parts[0].folder / HASHES_FILE
    path.write_bytes(path.read_bytes()[:200])
    with (
        dask.config.set(scheduler="synchronous"),
        pytest.raises(DataError, match=r"hashes\.npy: damaged .*; remove its folder"),
    ):
        profile_store(store)


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 nor this"])
def test_statistics_that_are_no_archive_are_damaged(ingested, content):
    store, manifest = ingested
    folder = store / manifest.parts[0].folder
    (folder / STATISTICS_FILE).write_bytes(content)
    with pytest.raises(DataError, match=r"damaged .*; remove its folder"):
        load_statistics(folder)


def test_a_file_that_was_not_read_is_told(ingested):
    _, manifest = ingested
    assert any("z.csv" in sentence for sentence in let_pass(manifest))
