from __future__ import annotations

import dask
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.stratified import RARE_ROWS, draw_stratified, every_other, stratified_rows

CODES = st.lists(st.integers(0, 4), min_size=1, max_size=900).map(np.array)


@settings(max_examples=40)
@given(CODES, st.integers(1, 900), st.integers(0, 3))
def test_each_label_gives_its_share_and_rare_ones_all_they_have(codes, rows, seed):
    drawn = draw_stratified(codes, rows=rows, seed=seed)
    for label in set(codes.tolist()):
        there = int((codes == label).sum())
        share = max(round(rows * there / len(codes)), RARE_ROWS)
        assert drawn[codes == label].sum() == min(share, there)


@settings(max_examples=40)
@given(CODES, st.integers(0, 3))
def test_half_the_rows_of_each_label_are_marked(codes, seed):
    marked = every_other(codes, seed=seed)
    for label in set(codes.tolist()):
        of_label = marked[codes == label]
        assert of_label.sum() == len(of_label) // 2


def test_the_same_rows_are_drawn_in_any_partitioning(tmp_path, ingest_here, csv_folder):
    labels = np.random.default_rng(0).choice(["Calm", "Flood", "Scan"], 600).tolist()
    lines = [f"{number},1,2,{label}" for number, label in enumerate(labels)]
    found = []
    for pieces in (1, 4):
        for old in csv_folder.glob("*.csv"):
            old.unlink()
        for number, part in enumerate(np.array_split(lines, pieces)):
            text = "\n".join(["a,b,c,label", *part]) + "\n"
            (csv_folder / f"{number}.csv").write_text(text)
        manifest = ingest_here()
        with dask.config.set(scheduler="synchronous"):
            masks = stratified_rows(
                tmp_path / "store", manifest, labels=("Calm", "Scan"), rows=300, seed=1
            )
        found.append(np.concatenate(masks).tolist())
    assert found[0] == found[1]
    assert sum(found[0]) >= 298
