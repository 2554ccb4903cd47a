from __future__ import annotations

import dask
import pytest

from bench.data import check_paths, check_wanted, chosen_labels, open_store
from bench.errors import SuiteError
from bench.suite import Embedded, Suite
from pipeline.dataset import load_dataset
from pipeline.errors import DataError

DATASET = load_dataset()


def test_without_labels_and_families_every_label_is_chosen():
    assert chosen_labels(Suite(name="all"), DATASET, ("XSS", "Worm")) == ("Worm", "XSS")


def test_labels_are_chosen_by_name_in_any_case_and_by_family():
    suite = Suite(name="some", labels=("xss",), families=("Benign",))
    labels = ("DDoS-SYN_Flood", "XSS", "BenignTraffic")
    assert chosen_labels(suite, DATASET, labels) == ("BenignTraffic", "XSS")


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"families": ("DDOS",)}, "unknown family 'DDOS'"),
        ({"labels": ("DDoS-UDP_Flod",)}, "did you mean 'DDoS-UDP_Flood'"),
    ],
)
def test_a_label_or_family_that_the_data_set_does_not_have_is_refused(wanted, message):
    with pytest.raises(SuiteError, match=message):
        check_wanted(Suite(name="some", **wanted), DATASET)


def test_a_path_that_is_not_there_is_refused_before_any_work(tmp_path):
    with pytest.raises(DataError, match="no such file"):
        check_paths([tmp_path / "nowhere"])


def test_the_embedded_set_is_written_once_and_again_where_a_file_is_missing(tmp_path):
    suite = Suite(name="tiny", embedded=Embedded(rows=200, files=2))

    def written():
        with dask.config.set(scheduler="synchronous"):
            open_store(suite, DATASET, paths=(), home=tmp_path)
        return {path: path.stat().st_mtime_ns for path in tmp_path.glob("synthetic-*/*.csv")}

    first = written()
    assert len(first) == 2
    assert written() == first
    next(iter(first)).unlink()
    assert written().keys() == first.keys()
