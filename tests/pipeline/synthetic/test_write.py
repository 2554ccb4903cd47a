"""Writing a synthetic data set."""

from __future__ import annotations

import dask
import pyarrow.csv
import pytest

from pipeline.dataset import load_dataset
from pipeline.synthetic import write_dataset
from pipeline.synthetic.errors import SyntheticError
from pipeline.synthetic.pick import labels_of_family


@pytest.mark.parametrize("scheduler", ["sync", "threads"])
def test_the_same_request_gives_the_same_bytes_on_any_scheduler(tmp_path, scheduler):
    with dask.config.set(scheduler="sync"):
        wanted = write_dataset(tmp_path / "a", rows=1_500, files=3, seed=5)
    with dask.config.set(scheduler=scheduler):
        got = write_dataset(tmp_path / "b", rows=1_500, files=3, seed=5)
    assert [path.name for path in got] == [path.name for path in wanted]
    assert [path.read_bytes() for path in got] == [path.read_bytes() for path in wanted]


def test_another_seed_gives_other_rows(tmp_path):
    (first,) = write_dataset(tmp_path / "a", rows=200, files=1, seed=0)
    (second,) = write_dataset(tmp_path / "b", rows=200, files=1, seed=1)
    assert first.read_bytes() != second.read_bytes()


def test_labels_limit_the_rows_to_themselves(tmp_path):
    (path,) = write_dataset(tmp_path, rows=500, files=1, seed=0, labels=["XSS", "SqlInjection"])
    table = pyarrow.csv.read_csv(path)
    assert set(table["label"].to_pylist()) == {"XSS", "SqlInjection"}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"rows": 0}, "rows"),
        ({"files": 0}, "files"),
        ({"rows": 3, "files": 5}, "files"),
        ({"labels": []}, "labels"),
        ({"labels": ["DDoS-SYN"]}, "did you mean 'DDoS-SYN_Flood'"),
    ],
)
def test_a_wrong_request_is_refused_with_what_to_do(tmp_path, wrong, told):
    request = {"rows": 10, "files": 1, "seed": 0} | wrong
    with pytest.raises(SyntheticError, match=told):
        write_dataset(tmp_path, **request)


def test_the_files_of_an_earlier_draw_go(tmp_path):
    write_dataset(tmp_path, rows=60, files=6, seed=0)
    paths = write_dataset(tmp_path, rows=60, files=2, seed=0)
    assert sorted(tmp_path.glob("*.csv")) == paths


def test_files_that_are_not_synthetic_are_left_alone(tmp_path):
    (tmp_path / "part-00000.csv").write_text("measured")
    with pytest.raises(SyntheticError, match="not synthetic"):
        write_dataset(tmp_path, rows=10, files=1, seed=0)
    assert (tmp_path / "part-00000.csv").read_text() == "measured"


def test_the_columns_are_those_of_the_release_in_its_order(tmp_path):
    (path,) = write_dataset(tmp_path, rows=10, files=1, seed=0)
    release = next(r for r in load_dataset("ciciot2023").releases if r.name == "v1")
    assert path.read_text().splitlines()[0].split(",") == [*release.features, "label"]


def test_an_unknown_family_is_refused_with_the_nearest():
    with pytest.raises(SyntheticError, match="did you mean 'Mirai'"):
        labels_of_family("Mirrai")


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SyntheticError, match=r"file/in: cannot be written .*name another place"):
        write_dataset(tmp_path / "file" / "in", rows=10, files=1, seed=0)
