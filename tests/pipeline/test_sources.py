from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import DataError
from pipeline.sources import find_sources, is_synthetic


def test_files_come_by_name_and_then_by_path(tmp_path):
    for place in ("y/b.csv", "x/b.csv", "z/a.CSV"):
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).write_text("x")
    sources = find_sources([tmp_path / "y", tmp_path / "z", tmp_path / "x"])
    paths = [Path(source.path).relative_to(tmp_path).as_posix() for source in sources]
    assert paths == ["z/a.CSV", "x/b.csv", "y/b.csv"]


def test_a_file_named_twice_comes_once(tmp_path):
    (tmp_path / "a.csv").write_text("x")
    assert len(find_sources([tmp_path, tmp_path / "a.csv", tmp_path / "." / "a.csv"])) == 1


def test_hidden_and_other_files_are_no_sources(tmp_path):
    for name in ("a.csv", ".a.csv", "._a.csv", "notes.txt", "a.csv.part", "synthetic.json"):
        (tmp_path / name).write_text("x")
    assert [source.name for source in find_sources([tmp_path])] == ["a.csv"]


def test_a_file_that_is_named_itself_may_be_called_as_it_likes(tmp_path):
    (tmp_path / "flows.data").write_text("x")
    assert find_sources([tmp_path / "flows.data"])[0].name == "flows.data"


def test_a_missing_path_is_an_error(tmp_path):
    with pytest.raises(DataError, match="nowhere: no such file or folder; check the path"):
        find_sources([tmp_path / "nowhere"])


def test_a_folder_without_csv_files_is_an_error(tmp_path):
    with pytest.raises(DataError, match=r"no CSV file in this folder; give the folder"):
        find_sources([tmp_path])


def test_the_error_names_a_folder_below_that_has_csv_files(tmp_path):
    (tmp_path / "MERGED").mkdir()
    (tmp_path / "MERGED" / "a.csv").write_text("x")
    with pytest.raises(DataError, match="its folder 'MERGED' holds some"):
        find_sources([tmp_path])


def test_no_path_at_all_is_an_error():
    with pytest.raises(DataError, match="no CSV file was named"):
        find_sources([])


def test_a_marker_in_its_folder_tells_that_a_file_was_simulated(tmp_path):
    assert not is_synthetic(str(tmp_path / "a.csv"))
    (tmp_path / "synthetic.json").write_text("{}")
    assert is_synthetic(str(tmp_path / "a.csv"))
