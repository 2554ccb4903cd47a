from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.labelled import label_codes, pack, unpack, usable_rows
from pipeline.manifest import read_part

CODES = {"Flood": 1, "Scan": 0}


@given(mask=st.lists(st.booleans(), max_size=70))
@settings(max_examples=60, deadline=None)
def test_a_mask_comes_back_from_an_eighth_of_its_bytes(mask):
    bits = pack(np.array(mask, bool))
    assert len(bits) == -(-len(mask) // 8)
    back = unpack(bits, len(mask))
    assert (back.dtype, back.tolist()) == (np.bool_, mask)


def test_codes_follow_the_rows_whatever_each_chunks_own_dictionary():
    chunks = [pa.array(words).dictionary_encode() for words in (["Scan", "Flood"], ["Flood", "?"])]
    flows = pa.table(
        {"label": pa.chunked_array(chunks), "complete": [True, True, False, True]},
    )
    codes = label_codes(flows, CODES)
    assert (codes.dtype, codes.tolist()) == (np.int64, [0, 1, -1, -1])


def test_no_rows_have_no_codes():
    empty = pa.table({"label": pa.array([], pa.dictionary(pa.int32(), pa.string()))})
    empty = empty.append_column("complete", pa.array([], pa.bool_()))
    assert label_codes(empty, CODES).tolist() == []


@pytest.mark.parametrize("labels", [("Flood", "Scan"), ("Scan",), ("Calm", "Flood"), ()])
def test_usable_rows_are_those_that_get_a_code(csv_folder, ingest_here, tmp_path, labels):
    rows = ["1,2,3,Flood", "1,,3,Flood", "1,2,3,Scan", "1,2,inf,Scan", "1,2,3,Scan", "1,2,3,Rest"]
    (csv_folder / "a.csv").write_text("\n".join(["a,b,c,label", *rows]) + "\n")
    part = ingest_here().parts[0]
    flows = read_part(tmp_path / "store", part, ["label", "complete"])
    codes = label_codes(flows, {label: code for code, label in enumerate(labels)})
    expected = [
        labels.index(row.split(",")[3]) if row.split(",")[3] in labels and "2,3" in row else -1
        for row in rows
    ]
    assert codes.tolist() == expected
    assert usable_rows(part, labels) == sum(code >= 0 for code in expected)
