from __future__ import annotations

from bench.ingest_tally import ingest_tally
from bench.progress import Tally
from pipeline.dataset import load_dataset
from pipeline.ingest import ingest
from pipeline.synthetic.write import write_dataset


def test_files_and_rows_are_counted_as_their_parts_come_into_place(tmp_path):
    flows, store = tmp_path / "flows", tmp_path / "store"
    look = ingest_tally(store, files=2)
    assert look() == Tally(done=0, total=2)
    write_dataset(flows, rows=900, files=2, seed=0)
    manifest = ingest([flows], store=store, dataset=load_dataset())
    assert look() == Tally(done=2, total=2, rows=manifest.rows)
    assert look() == Tally(done=2, total=2, rows=manifest.rows)


def test_parts_that_were_there_before_are_files_and_no_rows_of_this_ingest(tmp_path):
    write_dataset(tmp_path / "flows", rows=900, files=2, seed=0)
    ingest([tmp_path / "flows"], store=tmp_path / "store", dataset=load_dataset())
    assert ingest_tally(tmp_path / "store", files=2)() == Tally(done=2, total=2, rows=0)
