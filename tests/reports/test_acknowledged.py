from __future__ import annotations

import pytest

from reports.acknowledged import Acknowledgement, add_acknowledged, read_acknowledged, restarts
from reports.errors import ReportError


def known(run, reason="a larger forest"):
    return Acknowledgement(case="a-b-forest-0", measure="fit_seconds", run=run, reason=reason)


def test_what_is_acknowledged_is_read_back_and_a_second_word_on_it_replaces_the_first(tmp_path):
    path = tmp_path / "acknowledged.toml"
    assert read_acknowledged(path) == ()
    first, second = known("nightly-20260101T000000Z"), known("nightly-20260201T000000Z")
    add_acknowledged(path, [first, second])
    add_acknowledged(path, [known(first.run, "another reason")])
    assert read_acknowledged(path) == (known(first.run, "another reason"), second)


def test_the_latest_run_of_a_change_is_where_its_level_begins(tmp_path):
    late, early = known("nightly-20260201T000000Z"), known("nightly-20260101T000000Z")
    assert restarts([late, early]) == {("a-b-forest-0", "fit_seconds"): late.run}


@pytest.mark.parametrize("text", ["acknowledged = = 1", '[[acknowledged]]\ncase = "a"\n'])
def test_a_file_that_cannot_be_read_is_named_with_what_it_takes(tmp_path, text):
    path = tmp_path / "acknowledged.toml"
    path.write_text(text)
    with pytest.raises(ReportError, match=r"acknowledged\.toml.*case, measure, run and reason"):
        read_acknowledged(path)
