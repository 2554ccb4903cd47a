from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.dataset import Dataset, Release
from pipeline.errors import FileError
from pipeline.new_flows import check_columns, read_new_flows
from pipeline.sources import find_sources

UNLABELLED = Dataset(
    name="small",
    label_columns=(),
    benign_family="",
    releases=(Release(name="v1", features=("b", "a")),),
    families={},
)
FIELDS = st.sampled_from(b'1|-2.5e3||nan|inf|x|"|"1"|"a,b"|\xff|Flood|-0'.split(b"|"))
LINES = st.lists(FIELDS, max_size=4).map(b",".join)
BODIES = st.lists(st.tuples(LINES, st.sampled_from([b"\n", b"\r\n", b"\r"])), max_size=12).map(
    lambda lines: b"".join(line + end for line, end in lines)
)


@pytest.fixture
def source(tmp_path):
    """Write a file with these bytes."""

    def write(content):
        (tmp_path / "flows.csv").write_bytes(content)
        return find_sources([tmp_path / "flows.csv"])[0]

    return write


@given(body=BODIES)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_line_that_is_not_empty_is_a_flow_or_has_a_fault(source, body):
    expected = [
        number for number, line in enumerate(re.split(rb"\r\n|\r|\n", body), start=2) if line
    ]
    found = list(read_new_flows(source(b"a,b,label\n" + body), UNLABELLED))
    lines = [line for flows in found for line in flows.lines.tolist()]
    faults = [line for flows in found for line in flows.faults]
    assert sorted(lines + faults) == expected
    assert all(np.isfinite(flows.X).all() for flows in found)


def test_features_come_by_name_whatever_else_there_is(source):
    (flows,) = read_new_flows(source(b"label,a,more,b\n,1,x,2\nFlood,-0,,4\n,,x,6\n"), UNLABELLED)
    assert flows.lines.tolist() == [2, 3]
    assert flows.X.tolist() == [[2, 1], [4, 0]]
    assert not np.signbit(flows.X).any()
    assert flows.faults == {4: "column 'a' is null or infinite"}


@pytest.mark.parametrize(
    ("content", "fault"), [(b"", "empty"), (b"a\n1\n", "v1 needs the column 'b'"), (b"\1", "small")]
)
def test_a_file_that_lacks_a_column_is_named_with_what_it_lacks(source, content, fault):
    with pytest.raises(FileError, match=rf"flows\.csv: .*{fault}"):
        check_columns([source(content)], UNLABELLED)
