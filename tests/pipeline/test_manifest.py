from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.errors import DataError
from pipeline.manifest import (
    MANIFEST_FILE,
    BrokenFile,
    Manifest,
    Part,
    fingerprint,
    read_manifest,
    read_part,
    write_manifest,
)

PART = Part(
    name="a.csv",
    path="/data/a.csv",
    bytes=10,
    modified_ns=5,
    content_hash="abc",
    rows=3,
    rows_quarantined=1,
    label_counts={"Flood": 2, "Scan": 1},
    incomplete_label_counts={"Scan": 1},
    release="v1",
    ignored_columns=("x",),
    parquet="parts/abc/flows.parquet",
)
MANIFEST = Manifest(
    dataset="small",
    release="v1",
    features=("a", "b"),
    parts=(PART, replace(PART, name="b.csv", label_counts={"Calm": 3})),
    broken=(BrokenFile(name="c.csv", path="/data/c.csv", fault="empty"),),
    fingerprint="f",
)


def test_a_manifest_comes_back_as_it_was_written(tmp_path):
    write_manifest(tmp_path / "store", MANIFEST)
    assert read_manifest(tmp_path / "store") == MANIFEST


def test_a_manifest_adds_up_its_parts():
    assert (MANIFEST.rows, MANIFEST.rows_quarantined, MANIFEST.rows_incomplete) == (6, 2, 2)
    assert MANIFEST.label_counts == {"Calm": 3, "Flood": 2, "Scan": 1}
    assert MANIFEST.labels == ("Calm", "Flood", "Scan")


def test_a_manifest_that_says_the_same_is_not_written_again(tmp_path):
    write_manifest(tmp_path, MANIFEST)
    before = (tmp_path / MANIFEST_FILE).stat()
    write_manifest(tmp_path, MANIFEST)
    assert (tmp_path / MANIFEST_FILE).stat() == before
    assert [path.name for path in tmp_path.iterdir()] == [MANIFEST_FILE]


@pytest.mark.parametrize("text", ["", "{", "{}", '{"schema_version": 99}', "[1]"])
def test_what_is_no_manifest_is_an_error_with_a_remedy(tmp_path, text):
    (tmp_path / MANIFEST_FILE).write_text(text)
    with pytest.raises(DataError, match="not a manifest of version 1; ingest the files again"):
        read_manifest(tmp_path)


def test_no_manifest_is_an_error_with_a_remedy(tmp_path):
    with pytest.raises(DataError, match="no store here; make one with `threatbench ingest`"):
        read_manifest(tmp_path)


def test_a_part_that_is_gone_is_an_error_with_a_remedy(tmp_path):
    with pytest.raises(DataError, match="is gone; ingest the files again"):
        read_part(tmp_path, PART, ["a"])


def test_the_fingerprint_depends_on_names_and_contents_alone():
    other = replace(PART, name="b.csv", content_hash="def")
    known = fingerprint([PART, other], dataset="small")
    moved = replace(PART, path="/elsewhere/a.csv", modified_ns=9)
    assert fingerprint([other, moved], dataset="small") == known
    assert fingerprint([PART, replace(other, content_hash="xyz")], dataset="small") != known
    assert fingerprint([PART, replace(other, name="c.csv")], dataset="small") != known
    assert fingerprint([PART], dataset="small") != known
