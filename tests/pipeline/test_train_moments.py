from __future__ import annotations

from dataclasses import replace

import dask
import numpy as np
import pytest
from sklearn.feature_selection import f_classif

from pipeline.labelled import usable_rows
from pipeline.manifest import read_part
from pipeline.select import anova
from pipeline.split import mark_test_rows
from pipeline.train_moments import train_moments

FEATURES = ("a", "b", "c")
LABELS = ("Calm", "Flood", "Scan")


@pytest.fixture
def stored(csv_folder, ingest_here, tmp_path):
    """Seven files, some flows incomplete, some of a label that is left out."""
    chance = np.random.default_rng(2)
    for number, rows in enumerate([40, 1, 25, 60, 12, 33, 9]):
        lines = ["a,b,c,label"]
        for _ in range(rows):
            label = chance.choice([*LABELS, "Rest"])
            a, c = chance.normal(len(label)), chance.choice(["1.5", "2.5", "3.5", "", "inf"])
            lines.append(f"{a},{chance.integers(0, 4)},{c},{label}")
        (csv_folder / f"{number}.csv").write_text("\n".join(lines) + "\n")
    return tmp_path / "store", ingest_here()


def rows_of(store, manifest):
    tables = [read_part(store, part, [*FEATURES, "label", "complete"]) for part in manifest.parts]
    columns = {
        name: np.concatenate([table.column(name).to_pandas() for table in tables])
        for name in tables[0].column_names
    }
    usable = columns["complete"].astype(bool) & np.isin(columns["label"], LABELS)
    X = np.column_stack([columns[name][usable] for name in FEATURES])
    return X, np.searchsorted(LABELS, columns["label"][usable].astype(str))


@pytest.mark.parametrize("scheduler", ["synchronous", "threads"])
def test_training_moments_of_a_store_give_f_classif_of_its_training_rows(stored, scheduler):
    store, manifest = stored
    part_rows = [usable_rows(part, LABELS) for part in manifest.parts]
    splits = [
        mark_test_rows(name, part_rows, test_size=0.3, seed=3) for name in ("random", "by_file")
    ]
    everything = tuple(np.zeros(rows, bool) for rows in part_rows)
    with dask.config.set(scheduler=scheduler):
        found = train_moments(store, manifest, labels=LABELS, splits=[*splits, everything])
    X, y = rows_of(store, manifest)
    for moments, masks in zip(found, [*splits, everything], strict=True):
        train = ~np.concatenate(masks)
        F, p = anova(moments)
        theirs_F, theirs_p = f_classif(X[train], y[train])
        assert moments.count.tolist() == np.bincount(y[train], minlength=3).tolist()
        np.testing.assert_allclose(F, theirs_F, rtol=1e-9)
        np.testing.assert_allclose(p, theirs_p, rtol=1e-9)


def test_parts_on_one_side_of_every_split_are_not_read(stored):
    store, manifest = stored
    by_file = mark_test_rows(
        "by_file", [usable_rows(part, LABELS) for part in manifest.parts], test_size=0.3, seed=3
    )
    gone = replace(
        manifest,
        parts=tuple(replace(part, parquet=f"{part.folder}/gone") for part in manifest.parts),
    )
    everything = tuple(np.zeros(len(mask), bool) for mask in by_file)
    with dask.config.set(scheduler="synchronous"):
        found, of_all = train_moments(store, gone, labels=LABELS, splits=[by_file, everything])
    assert of_all.count.sum() == sum(map(len, by_file))
    X, y = rows_of(store, manifest)
    train = ~np.concatenate(by_file)
    assert found.count.tolist() == np.bincount(y[train], minlength=3).tolist()
    np.testing.assert_allclose(anova(found), f_classif(X[train], y[train]), rtol=1e-9)
