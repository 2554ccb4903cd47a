from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.csv_lines import parse_lines
from pipeline.dataset import Dataset, Release
from pipeline.errors import FileError
from pipeline.header import read_header
from pipeline.partition import read_flows
from pipeline.quarantine import line_fault, read_carefully

DATASET = Dataset(
    name="small",
    label_columns=("label",),
    benign_family="Benign",
    releases=(Release(name="v1", features=("a", "b")),),
    families={"Calm": "Benign", "Flood": "DDoS"},
)
HEADER = b"a,b,label\n"

NUMBERS = b"1|-2.5e3||nan|inf|1e999|NULL| 1|+1|1.|.5|Infinity|\t2|+inf".split(b"|")
OTHERS = b'x|"|"1"|"a,b"|1_0|.|\xff|\0|Flood|-|nan(1)|0x1|1"|""|1e|e1|- 1| |++1'.split(b"|")
FIELDS = st.one_of(st.sampled_from(NUMBERS), st.sampled_from(OTHERS), st.binary(max_size=4))
LINES = st.lists(FIELDS, max_size=4).map(b",".join)
BODIES = st.lists(st.tuples(LINES, st.sampled_from([b"\n", b"\r\n", b"\r"])), max_size=12).map(
    lambda lines: b"".join(line + end for line, end in lines)
)


def records_in(body):
    """What a person would count: the lines that are not empty."""
    return sum(1 for line in re.split(rb"\r\n|\r|\n", body) if line)


@given(body=BODIES)
@settings(max_examples=150, deadline=None)
@example(body=b'1,2,"Flood\n1,2,Flood\n')
@example(body=b'1,2,Flood\n1,2,"Flood')
@example(body=b'1,2,"Fl\nood"\n')
def test_rows_and_quarantined_lines_are_all_records_of_the_file(body):
    header = read_header(HEADER + body, DATASET)
    try:
        flows, quarantined = read_flows(HEADER + body, header, DATASET)
    except FileError:
        assert records_in(body) == 0
    else:
        assert flows.num_rows + len(quarantined) == records_in(body)


@given(content=st.binary(max_size=60))
@settings(max_examples=200, deadline=None)
def test_bytes_that_are_no_header_are_one_sentence(content):
    with pytest.raises(FileError, match=r"\A[^\n]+\Z"):
        read_header(content, DATASET)


@given(body=BODIES.filter(records_in))
@settings(max_examples=150, deadline=None)
def test_the_fast_and_the_careful_way_keep_the_same_rows(body):
    header = read_header(HEADER + body, DATASET)
    flows, quarantined = read_flows(HEADER + body, header, DATASET)
    with_care, set_aside = read_carefully(HEADER + body, header)
    kept = with_care["a"].to_numpy() if with_care is not None else []
    assert np.array_equal(flows["a"].to_numpy(), kept, equal_nan=True)
    assert len(quarantined) == len(set_aside)


@given(line=LINES.filter(lambda line: line and not re.search(rb"[\r\n]", line)))
@settings(max_examples=150, deadline=None)
def test_a_line_is_plainly_faulty_only_where_the_parser_refuses_it(line):
    header = read_header(HEADER, DATASET)
    if line_fault(line, header) is not None:
        assert parse_lines(pa.py_buffer(line), header, expected_rows=1) is None


@given(bad=st.sets(st.integers(0, 299), max_size=40))
@settings(max_examples=25, deadline=None)
def test_whatever_lines_are_broken_the_good_ones_are_kept_in_order(bad):
    lines = [b"x,2,Flood" if i in bad else b"%d,2,Flood" % i for i in range(300)]
    data = HEADER + b"\n".join(lines)
    flows, quarantined = read_carefully(data, read_header(data, DATASET))
    assert flows["a"].to_pylist() == [i for i in range(300) if i not in bad]
    assert [entry.line for entry in quarantined] == [i + 2 for i in sorted(bad)]


def test_a_quarantined_line_is_shown_short():
    data = HEADER + b"x" * 5000 + b",2,Flood\n"
    _, quarantined = read_carefully(data, read_header(data, DATASET))
    assert len(quarantined[0].text) == 160
