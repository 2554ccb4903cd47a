"""Holding a written data set against what it is meant to be."""

from __future__ import annotations

import json

import pytest

from pipeline.synthetic import write_dataset
from pipeline.synthetic.check import check_dataset
from pipeline.synthetic.columns import COLUMNS
from pipeline.synthetic.errors import SyntheticError
from pipeline.synthetic.pick import labels_of_family
from pipeline.synthetic.write import MARKER


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    directory = tmp_path_factory.mktemp("synthetic")
    write_dataset(directory, rows=40_000, files=4, seed=0)
    return directory


def test_a_small_draw_holds_up_against_everything_published(written):
    findings = check_dataset(written)
    assert [finding for finding in findings if not finding.holds] == []
    assert len(findings) > 80


def test_a_changed_value_is_found(tmp_path):
    (path,) = write_dataset(tmp_path, rows=50, files=1, seed=0)
    lines = path.read_text().splitlines()
    values = lines[1].split(",")
    values[COLUMNS.index("Srate")] = "-1.5"
    path.write_text("\n".join([lines[0], ",".join(values), *lines[2:]]) + "\n")
    failed = {
        finding.check for finding in check_dataset(tmp_path, models=False) if not finding.holds
    }
    assert failed == {"Srate is Rate"}


def test_a_missing_file_shows_in_the_proportions(tmp_path):
    first, _ = write_dataset(tmp_path, rows=2_000, files=2, seed=0)
    first.unlink()
    assert not check_dataset(tmp_path, models=False)[0].holds


def test_a_directory_without_a_marker_is_refused(tmp_path):
    with pytest.raises(SyntheticError, match="no synthetic\\.json here"):
        check_dataset(tmp_path)


def test_a_directory_without_files_is_refused(tmp_path):
    (only,) = write_dataset(tmp_path, rows=10, files=1, seed=0)
    only.unlink()
    with pytest.raises(SyntheticError, match="holds no part"):
        check_dataset(tmp_path)


def test_one_family_is_held_to_what_applies_to_it(tmp_path):
    write_dataset(tmp_path, rows=500, files=1, seed=0, labels=labels_of_family("Web"))
    verdicts = {finding.check: finding.verdict for finding in check_dataset(tmp_path)}
    assert verdicts["the DDoS study"] == verdicts["models on all labels"] == "too few rows"
    assert "FAILS" not in verdicts.values()


def test_the_marker_says_what_was_drawn(written):
    marker = json.loads((written / MARKER).read_text())
    assert marker["synthetic"] is True
    assert (marker["rows"], marker["files"], marker["seed"]) == (40_000, 4, 0)
