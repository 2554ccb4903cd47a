"""What becomes of each kind of malformed file: one row of the table a kind.

``THREATBENCH_LONG_LINE`` says how many mebibytes the longest line has.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pytest

from pipeline.errors import DataError, FileError
from pipeline.manifest import QUARANTINE_FILE, read_part

LONG_LINE_BYTES = int(os.environ.get("THREATBENCH_LONG_LINE", "64")) << 20
HEADER = b"a,b,c,label\n"
GOOD = b"1,2,3,Flood\n"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The file gives flows; ``reasons`` are pieces of the reasons of its quarantined lines."""

    content: bytes
    rows: int
    reasons: tuple[str, ...] = ()
    incomplete: int = 0
    lines: tuple[int, ...] = ()
    label: str | None = None


@dataclass(frozen=True, kw_only=True)
class Broken:
    """The file gives nothing; ``fault`` is a piece of the sentence that says why."""

    content: bytes
    fault: str


KEPT = {
    "truncated last line": Kept(
        content=HEADER + GOOD + b"1,2", rows=1, reasons=("2 fields",), lines=(3,)
    ),
    "no line end at the end": Kept(content=HEADER + GOOD + GOOD.strip(), rows=2),
    "a field too many": Kept(
        content=HEADER + b"1,2,3,Flood,9\n" + GOOD, rows=1, reasons=("5 fields",), lines=(2,)
    ),
    "a field too few": Kept(
        content=HEADER + GOOD + b"1,2,Flood\n" + GOOD, rows=2, reasons=("3 fields",), lines=(3,)
    ),
    "another column order": Kept(content=b"label,c,a,b\nFlood,3,1,2\n", rows=1),
    "an extra column": Kept(content=b"a,b,x,c,label\n1,2,oops,3,Flood\n", rows=1),
    "an unnamed index column": Kept(content=b",a,b,c,label\n0,1,2,3,Flood\n", rows=1),
    "an extra column that is not UTF-8": Kept(content=b"a,b,c,label,x\n1,2,3,Flood,\xff\n", rows=1),
    "quoted numbers": Kept(content=HEADER + b'"1","2","3","Flood"\n', rows=1),
    "quoted header": Kept(content=b'"a","b","c","label"\n1,2,3,Flood\n', rows=1),
    "spaces around the column names": Kept(content=b"a, b, c, label\n1,2,3,Flood\n", rows=1),
    "spaces around numbers": Kept(content=HEADER + b" 1 ,\t2, 3,Flood\n", rows=1),
    "thousands separators": Kept(
        content=HEADER + b'"1,000",2,3,Flood\n' + GOOD, rows=1, reasons=("'1,000'",)
    ),
    "thousands separators without quotes": Kept(
        content=HEADER + b"1,000,2,3,Flood\n" + GOOD, rows=1, reasons=("5 fields",)
    ),
    "decimal comma": Kept(
        content=HEADER + b'"1,5",2,3,Flood\n' + GOOD, rows=1, reasons=("'1,5' is not a number",)
    ),
    "inf": Kept(content=HEADER + b"inf,2,3,Flood\n", rows=1, incomplete=1),
    "-inf": Kept(content=HEADER + b"1,-inf,3,Flood\n", rows=1, incomplete=1),
    "nan": Kept(content=HEADER + b"1,nan,3,Flood\n", rows=1, incomplete=1),
    "NULL": Kept(content=HEADER + b"1,NULL,3,Flood\n", rows=1, incomplete=1),
    "empty text for a number": Kept(content=HEADER + b"1,,3,Flood\n", rows=1, incomplete=1),
    "quoted empty text": Kept(content=HEADER + b'1,"",3,Flood\n', rows=1, incomplete=1),
    "None": Kept(content=HEADER + b"1,None,3,Flood\n" + GOOD, rows=1, reasons=("'None'",)),
    "a word for a number": Kept(
        content=HEADER + b"1,two,3,Flood\n" + GOOD, rows=1, reasons=("column 'b'",)
    ),
    "hexadecimal": Kept(content=HEADER + b"0x10,2,3,Flood\n" + GOOD, rows=1, reasons=("0x10",)),
    "negative counts": Kept(content=HEADER + b"-1,-2,-3,Flood\n", rows=1),
    "1e400 overflows to infinity": Kept(
        content=HEADER + b"1e400,2,3,Flood\n", rows=1, incomplete=1
    ),
    "1e-400 vanishes to zero": Kept(content=HEADER + b"1e-400,2,3,Flood\n", rows=1),
    "label that is not UTF-8": Kept(
        content=HEADER + b"1,2,3,Fl\xffod\n" + GOOD, rows=1, reasons=("not UTF-8",), lines=(2,)
    ),
    "number that is not UTF-8": Kept(
        content=HEADER + b"1,\xff,3,Flood\n" + GOOD, rows=1, reasons=("is not a number",)
    ),
    "byte order mark": Kept(content=b"\xef\xbb\xbf" + HEADER + GOOD, rows=1),
    "CRLF": Kept(content=(HEADER + GOOD).replace(b"\n", b"\r\n"), rows=1),
    "CR alone": Kept(content=(HEADER + GOOD + GOOD).replace(b"\n", b"\r"), rows=2),
    "line ends mixed": Kept(content=HEADER + b"1,2,3,Flood\r\n1,2,3,Flood\r1,2,3,Scan\n", rows=3),
    "empty lines": Kept(content=b"\n\n" + HEADER + b"\n" + GOOD + b"\n\r\n" + GOOD, rows=2),
    "a line of spaces": Kept(
        content=HEADER + GOOD + b"   \n" + GOOD, rows=2, reasons=("1 fields",), lines=(3,)
    ),
    "NUL in a number": Kept(
        content=HEADER + b"1,2\0,3,Flood\n" + GOOD, rows=1, reasons=("is not a number",)
    ),
    "NUL in a label": Kept(
        content=HEADER + b"1,2,3,Fl\0ood\n" + GOOD, rows=1, reasons=("control characters",)
    ),
    "a block of NUL bytes": Kept(
        content=HEADER + GOOD + b"\0" * 5000 + b"\n" + GOOD, rows=2, reasons=("1 fields",)
    ),
    "empty label": Kept(content=HEADER + b"1,2,3,\n" + GOOD, rows=1, reasons=("label is empty",)),
    "label of spaces": Kept(content=HEADER + b"1,2,3,  \n" + GOOD, rows=1, reasons=("is empty",)),
    "label in quotes": Kept(content=HEADER + b'1,2,3,"Flood"\n', rows=1, label="Flood"),
    "label with doubled quotes": Kept(
        content=HEADER + b'1,2,3,"a ""Flood"""\n', rows=1, label='a "Flood"'
    ),
    "label with HTML": Kept(
        content=HEADER + b"1,2,3,<script>alert(1)</script>\n",
        rows=1,
        label="<script>alert(1)</script>",
    ),
    "label with a comma in quotes": Kept(
        content=HEADER + b'1,2,3,"Flood, slow"\n', rows=1, label="Flood, slow"
    ),
    "label with a line break in quotes": Kept(
        content=HEADER + b'1,2,3,"Fl\nood"\n' + GOOD, rows=1, reasons=("quote", "1 fields")
    ),
    "a quote that never closes": Kept(
        content=HEADER + GOOD + b'1,2,3,"Flood\n' + GOOD + GOOD,
        rows=3,
        reasons=("quote is not closed",),
        lines=(3,),
    ),
    "label in other case": Kept(content=HEADER + b"1,2,3, FLOOD \n", rows=1, label="Flood"),
    "label by its alias": Kept(content=HEADER + b"1,2,3,Benign\n", rows=1, label="Calm"),
    "label of another data set": Kept(content=HEADER + b"1,2,3,Worm\n", rows=1, label="Worm"),
    "label of a thousand letters": Kept(
        content=HEADER + b"1,2,3," + b"x" * 1000 + b"\n" + GOOD, rows=1, reasons=("longer than",)
    ),
    "the header once more in the middle": Kept(
        content=HEADER + GOOD + HEADER + GOOD, rows=2, reasons=("'a' is not a number",), lines=(3,)
    ),
    "a line of more than a mebibyte": Kept(
        content=HEADER + GOOD + b"1" * (1 << 21) + b",2,3,Flood\n" + GOOD,
        rows=2,
        reasons=("longer than",),
        lines=(3,),
    ),
    "no line is good": Kept(
        content=HEADER + b"x,2,3,Flood\ny,2,3,Flood\n", rows=0, reasons=("'x'", "'y'")
    ),
}

BROKEN = {
    "a missing column": Broken(content=b"a,b,label\n1,2,Flood\n", fault="needs the column 'c'"),
    "a misspelled column": Broken(
        content=b"a,b,C_,label\n1,2,3,Flood\n", fault="needs the column 'c'"
    ),
    "a duplicated column": Broken(
        content=b"a,b,c,a,label\n1,2,3,4,Flood\n", fault="'a' stands there twice"
    ),
    "a duplicated label column": Broken(
        content=b"a,b,c,label,label\n1,2,3,Flood,Scan\n", fault="'label' stands there twice"
    ),
    "no label column": Broken(content=b"a,b,c\n1,2,3\n", fault="no label column"),
    "semicolons": Broken(content=b"a;b;c;label\n1;2;3;Flood\n", fault="semicolons"),
    "tabs": Broken(content=b"a\tb\tc\tlabel\n1\t2\t3\tFlood\n", fault="tabs"),
    "no header": Broken(content=GOOD + GOOD, fault="no header"),
    "header only": Broken(content=HEADER, fault="a header and no flows"),
    "header without a line end": Broken(content=HEADER.strip(), fault="a header and no flows"),
    "another data set": Broken(content=b"x,y\nu,v\n", fault="none of its columns"),
    "empty file": Broken(content=b"", fault="empty"),
    "empty lines only": Broken(content=b"\n\r\n\n", fault="empty"),
    "renamed gzip": Broken(content=gzip.compress(HEADER + GOOD), fault="gzip-compressed"),
    "renamed zstd": Broken(content=b"\x28\xb5\x2f\xfd\x04\x00", fault="zstd-compressed"),
    "renamed zip": Broken(content=b"PK\x03\x04" + b"\0" * 30, fault="zip archive"),
    "renamed Parquet": Broken(content=b"PAR1\x15\x04", fault="Parquet"),
    "UTF-16": Broken(content=(HEADER + GOOD).decode().encode("utf-16"), fault="UTF-16"),
    "noise": Broken(content=bytes(range(256)) * 8, fault="NUL bytes"),
    "NUL bytes only": Broken(content=b"\0" * 4096, fault="NUL bytes"),
    "header that is not UTF-8": Broken(content=b"a,b,c,l\xffbel\n", fault="not UTF-8"),
    "one line of megabytes": Broken(content=b"a," * (1 << 20), fault="too long"),
    "labels without end": Broken(
        content=HEADER + b"".join(b"1,2,3,x%d\n" % i for i in range(1100)), fault="1,100 values"
    ),
}


APART = """
import dask, json, resource
from pathlib import Path
from pipeline.dataset import Dataset, Release
from pipeline.ingest import ingest

release = Release(name="v1", features=("a", "b", "c"))
dataset = Dataset(
    name="small", label_columns=("label",), benign_family="Benign",
    releases=(release,), families={{"Calm": "Benign", "Flood": "DDoS"}},
)
with dask.config.set(scheduler="synchronous"):
    found = ingest([Path({folder!r})], store=Path({store!r}), dataset=dataset)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
faults = [broken.fault for broken in found.broken]
told = {{"rows": found.rows, "quarantined": found.rows_quarantined, "broken": faults}}
print(json.dumps(told | {{"peak_bytes": peak}}))
"""
# Root without the right to read what it may not.
DROPPED = ("setpriv", "--inh-caps=-all", "--bounding-set=-dac_override,-dac_read_search")
LIKE_OTHERS = DROPPED if os.geteuid() == 0 else ()


@pytest.mark.parametrize("kind", KEPT)
def test_a_malformed_line_is_set_aside_and_the_others_are_kept(kind, csv_folder, ingest_here):
    case = KEPT[kind]
    (csv_folder / "good.csv").write_bytes(HEADER + GOOD)
    (csv_folder / "odd.csv").write_bytes(case.content)
    manifest = ingest_here()
    odd = manifest.parts[1]
    assert manifest.broken == ()
    assert (odd.rows, odd.rows_quarantined) == (case.rows, len(case.reasons))
    assert sum(odd.incomplete_label_counts.values()) == case.incomplete
    assert case.label is None or set(odd.label_counts) == {case.label}


@pytest.mark.parametrize("kind", [kind for kind, case in KEPT.items() if case.reasons])
def test_the_quarantine_says_file_line_and_reason(kind, csv_folder, ingest_here, tmp_path):
    case = KEPT[kind]
    (csv_folder / "good.csv").write_bytes(HEADER + GOOD)
    (csv_folder / "odd.csv").write_bytes(case.content)
    ingest_here()
    lines = (tmp_path / "store" / QUARANTINE_FILE).read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    assert {entry["file"] for entry in entries} == {str(csv_folder / "odd.csv")}
    assert all(piece in entry["reason"] for piece, entry in zip(case.reasons, entries, strict=True))
    assert case.lines in ((), tuple(entry["line"] for entry in entries))


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_is_named_with_its_fault_and_the_rest_goes_on(kind, csv_folder, ingest_here):
    (csv_folder / "good.csv").write_bytes(HEADER + GOOD)
    (csv_folder / "odd.csv").write_bytes(BROKEN[kind].content)
    manifest = ingest_here()
    assert [part.name for part in manifest.parts] == ["good.csv"]
    assert [broken.name for broken in manifest.broken] == ["odd.csv"]
    assert BROKEN[kind].fault in manifest.broken[0].fault


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_alone_is_one_clear_error(kind, csv_folder, ingest_here):
    (csv_folder / "odd.csv").write_bytes(BROKEN[kind].content)
    with pytest.raises(DataError, match=r"odd\.csv: .*") as raised:
        ingest_here()
    assert BROKEN[kind].fault in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_is_an_error_under_strict(kind, csv_folder, ingest_here):
    (csv_folder / "good.csv").write_bytes(HEADER + GOOD)
    (csv_folder / "odd.csv").write_bytes(BROKEN[kind].content)
    with pytest.raises(FileError, match=r"odd\.csv: "):
        ingest_here(strict=True)


def _folder(path):
    path.mkdir()


def _dangling_link(path):
    path.symlink_to(path.with_name("nowhere"))


def _link_to_itself(path):
    path.symlink_to(path)


def _pipe(path):
    os.mkfifo(path)


def _gzip(path):
    path.with_name("odd.csv.gz").write_bytes(gzip.compress(HEADER + GOOD))


def _zstd(path):
    packed = pa.compress(HEADER + GOOD, codec="zstd", asbytes=True)
    path.with_name("odd.csv.zst").write_bytes(packed)


def _failing_disk(path):
    path.symlink_to("/proc/self/mem")  # a regular file, whose first byte cannot be read


@pytest.mark.parametrize(
    ("make", "fault"),
    [
        (_folder, "a folder"),
        (_dangling_link, "a link to nothing"),
        (_link_to_itself, "link"),
        (_pipe, "not a regular file"),
        (_gzip, "gzip-compressed; unpack it first (gunzip)"),
        (_zstd, "zstd-compressed; unpack it first (unzstd)"),
        (_failing_disk, "it cannot be read (Input/output error)"),
    ],
)
def test_what_is_no_file_is_named_and_the_rest_goes_on(make, fault, csv_folder, ingest_here):
    (csv_folder / "good.csv").write_bytes(HEADER + GOOD)
    make(csv_folder / "odd.csv")
    manifest = ingest_here()
    assert manifest.rows == 1
    assert fault in manifest.broken[0].fault


@pytest.mark.skipif(
    os.geteuid() == 0 and shutil.which("setpriv") is None, reason="root may read everything"
)
def test_an_unreadable_file_is_named_and_the_rest_goes_on(csv_folder, tmp_path):
    (csv_folder / "good.csv").write_bytes(HEADER + GOOD)
    (csv_folder / "odd.csv").write_bytes(HEADER + GOOD)
    (csv_folder / "odd.csv").chmod(0)
    told = _ingested_apart(csv_folder, tmp_path / "store", command=LIKE_OTHERS)
    assert (told["rows"], told["broken"]) == (
        1,
        ["it cannot be read (Permission denied); check the file"],
    )


def test_an_endless_line_takes_little_more_memory_than_its_file(csv_folder, tmp_path):
    with (csv_folder / "odd.csv").open("wb") as file:
        file.write(HEADER + GOOD)
        file.seek(LONG_LINE_BYTES, os.SEEK_CUR)
        file.write(b"1,2,3,Flood\n" + GOOD)
    told = _ingested_apart(csv_folder, tmp_path / "store")
    assert (told["rows"], told["quarantined"], told["broken"]) == (2, 1, [])
    assert told["peak_bytes"] < LONG_LINE_BYTES + (512 << 20)
    (entry,) = (tmp_path / "store" / QUARANTINE_FILE).read_text("utf-8").splitlines()
    assert json.loads(entry)["reason"] == "the line is longer than 1,048,576 bytes"
    assert len(entry) < 2_000


def test_a_first_line_of_a_gibibyte_is_one_sentence(csv_folder, ingest_here):
    (csv_folder / "good.csv").write_bytes(HEADER + GOOD)
    with (csv_folder / "odd.csv").open("wb") as file:
        file.write(b"a,b,c,label")
        file.truncate(1 << 30)
    assert "too long" in ingest_here().broken[0].fault


def _ingested_apart(folder, store, command=()):
    """What an ingest in a process of its own says: rows, faults, and the memory that it took."""
    script = APART.format(folder=str(folder), store=str(store))
    words = [*command, sys.executable, "-c", script]
    answer = subprocess.run(words, capture_output=True, check=True)
    return json.loads(answer.stdout)


def test_nulls_and_infinities_are_kept_as_values(csv_folder, ingest_here, tmp_path):
    (csv_folder / "odd.csv").write_bytes(HEADER + b",-inf,1e999,Flood\n1,2,3,Flood\n")
    manifest = ingest_here()
    flows = read_part(tmp_path / "store", manifest.parts[0], ["a", "b", "c", "complete"])
    assert np.array_equal(flows["a"].to_numpy(), [np.nan, 1], equal_nan=True)
    assert flows["b"].to_pylist() == [-np.inf, 2]
    assert flows["c"].to_pylist() == [np.inf, 3]
    assert flows["complete"].to_pylist() == [False, True]
