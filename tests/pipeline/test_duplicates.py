from __future__ import annotations

import dask
import numpy as np
import pytest

from pipeline import duplicates
from pipeline.duplicates import count_duplicates


@pytest.mark.parametrize("bucket_rows", [100, 700, 1 << 22])
def test_repeats_are_the_same_however_many_buckets_count_them(
    bucket_rows, monkeypatch, csv_folder, ingest_here, tmp_path
):
    monkeypatch.setattr(duplicates, "BUCKET_ROWS", bucket_rows)
    chance = np.random.default_rng(0)
    seen = {"Flood": [], "Scan": [], "Calm": []}
    for number in range(4):
        lines = ["a,b,c,label"]
        for value, label in zip(
            chance.integers(0, 400, 500),
            chance.choice(list(seen), 500, p=[0.9, 0.09, 0.01]),
            strict=True,
        ):
            lines.append(f"{value},{value % 7},1,{label}")
            seen[label].append(value)
        (csv_folder / f"{number}.csv").write_text("\n".join(lines))
    manifest = ingest_here()
    with dask.config.set(scheduler="synchronous"):
        found = count_duplicates(tmp_path / "store", manifest)
    expected = {label: len(values) - len(set(values)) for label, values in seen.items()}
    assert found.exact == found.float32 == dict(sorted(expected.items()))


def test_the_same_features_under_two_labels_are_no_repeat(csv_folder, ingest_here, tmp_path):
    (csv_folder / "a.csv").write_text("a,b,c,label\n1,2,3,Flood\n1,2,3,Scan\n1,2,3,Flood\n")
    manifest = ingest_here()
    with dask.config.set(scheduler="synchronous"):
        found = count_duplicates(tmp_path / "store", manifest)
    assert found.exact == {"Flood": 1, "Scan": 0}
