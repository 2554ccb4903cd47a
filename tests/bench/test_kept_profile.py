from __future__ import annotations

import json
from dataclasses import replace

import dask
import pytest

from bench.kept_profile import profile_once
from pipeline.dataset import load_dataset
from pipeline.errors import DataError
from pipeline.ingest import ingest
from pipeline.manifest import read_manifest
from pipeline.parts import HASHES_FILE
from pipeline.profile import profile_store
from pipeline.synthetic import write_dataset


@pytest.fixture
def store(tmp_path):
    with dask.config.set(scheduler="synchronous"):
        write_dataset(tmp_path / "csv", rows=1_000, files=2, seed=0)
        ingest([tmp_path / "csv"], store=tmp_path / "store", dataset=load_dataset("ciciot2023"))
        yield tmp_path / "store"


def test_a_kept_profile_is_the_store_s_and_is_not_merged_again(store):
    manifest = read_manifest(store)
    merged = json.loads(json.dumps(profile_store(store).to_json()))
    assert profile_once(store, manifest) == merged
    for part in manifest.parts:
        (store / part.folder / HASHES_FILE).unlink()
    assert profile_once(store, manifest) == merged


def test_a_store_that_has_changed_is_profiled_anew(store):
    manifest = read_manifest(store)
    profile_once(store, manifest)
    (store / manifest.parts[0].folder / HASHES_FILE).unlink()
    renamed = replace(manifest.parts[0], name="renamed.csv")
    with pytest.raises(DataError):
        profile_once(store, replace(manifest, parts=(renamed, *manifest.parts[1:])))
