from __future__ import annotations

import warnings

import dask
import numpy as np
import pytest
from sklearn.feature_selection import f_classif
from sklearn.metrics import mutual_info_score

import pipeline.evidence
from pipeline.class_bins import bin_edges
from pipeline.evidence import gather_evidence
from pipeline.labelled import usable_rows
from pipeline.manifest import read_part
from pipeline.relevance import mutual_information
from pipeline.row_folds import deal_rows, undealt_rows
from pipeline.row_sample import draw_rows, load_drawn, part_draws, read_rows
from pipeline.select import anova
from pipeline.split import mark_test_rows

FEATURES = ("a", "b", "c")
LABELS = ("Calm", "Flood", "Scan")
FOLDS = 3


@pytest.fixture
def stored(csv_folder, ingest_here, tmp_path):
    """Seven files, some flows incomplete, some of a label that is left out; a equals c."""
    chance = np.random.default_rng(2)
    for number, rows in enumerate([40, 1, 25, 60, 12, 33, 9]):
        lines = ["a,b,c,label"]
        for _ in range(rows):
            label = chance.choice([*LABELS, "Rest"])
            a, b = chance.normal(len(label)), chance.choice(["1.5", "2.5", "3.5", "", "inf"])
            lines.append(f"{a},{b},{a},{label}")
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


def masks(manifest, *names):
    part_rows = [usable_rows(part, LABELS) for part in manifest.parts]
    return {name: mark_test_rows(name, part_rows, test_size=0.3, seed=3) for name in names}


def dealt(store, manifest, splits, folder):
    return deal_rows(
        store,
        manifest,
        labels=LABELS,
        splits=splits,
        folds=dict.fromkeys(splits, FOLDS),
        seed=1,
        folder=folder,
    )


@pytest.mark.parametrize("scheduler", ["synchronous", "threads"])
def test_moments_by_fold_give_f_classif_of_the_training_rows_inside_and_outside_each_fold(
    stored, scheduler, tmp_path
):
    store, manifest = stored
    with dask.config.set(scheduler=scheduler):
        splits = dealt(store, manifest, masks(manifest, "random", "by_file"), tmp_path)
        found = gather_evidence(store, manifest, labels=LABELS, splits=list(splits.values()))
    X, y = rows_of(store, manifest)
    for split, evidence in zip(splits.values(), found.splits, strict=True):
        fold = np.concatenate([part.read() for part in split.parts])
        for held_out in (*range(FOLDS), None):
            rows = (fold < FOLDS) & (fold != held_out)
            cells = np.arange(3 * FOLDS)
            codes = np.where(cells % FOLDS == held_out, -1, cells // FOLDS)
            moments = evidence.moments.regroup(codes, 3)
            assert moments.count.tolist() == np.bincount(y[rows], minlength=3).tolist()
            np.testing.assert_allclose(anova(moments), f_classif(X[rows], y[rows]), rtol=1e-9)


def test_all_rows_together_have_the_moments_that_ingest_has_kept(stored):
    store, manifest = stored
    rows = undealt_rows([usable_rows(part, LABELS) for part in manifest.parts])
    with dask.config.set(scheduler="synchronous"):
        found = gather_evidence(store, manifest, labels=LABELS, splits=[rows])
    X, y = rows_of(store, manifest)
    np.testing.assert_allclose(anova(found.splits[0].moments), f_classif(X, y), rtol=1e-9)
    assert found.splits[0].bins[0].sum() == len(y)


@pytest.mark.parametrize("most_rows", [10**6, 50])
def test_mutual_information_is_that_of_scikit_learn_on_the_same_bins_of_the_same_rows(
    stored, tmp_path, monkeypatch, most_rows
):
    monkeypatch.setattr(pipeline.evidence, "BINNED_ROWS", most_rows)
    store, manifest = stored
    X, y = rows_of(store, manifest)
    with dask.config.set(scheduler="synchronous"):
        splits = dealt(store, manifest, masks(manifest, "random"), tmp_path)
        found = gather_evidence(store, manifest, labels=LABELS, splits=list(splits.values()))
        edges = bin_edges(store, manifest)
    assert found.stride == -(-len(y) // most_rows)
    fold = np.concatenate([part.read() for part in splits["random"].parts])
    rows = (fold < FOLDS) & (np.arange(len(y)) % found.stride == 0)
    theirs = [
        mutual_info_score(np.searchsorted(of_column, column), y[rows])
        for of_column, column in zip(edges, X[rows].T, strict=True)
    ]
    np.testing.assert_allclose(mutual_information(found.splits[0].bins), theirs, rtol=1e-9)


def test_columns_equal_in_every_usable_row_are_found_and_others_are_not(stored):
    store, manifest = stored
    rows = undealt_rows([usable_rows(part, LABELS) for part in manifest.parts])
    with dask.config.set(scheduler="synchronous"), warnings.catch_warnings():
        found = gather_evidence(store, manifest, labels=LABELS, splits=[rows])
    assert found.equal.tolist() == [0, 1, 0]


def test_the_rows_of_a_sample_are_kept_on_the_way(stored, tmp_path):
    store, manifest = stored
    part_rows = [usable_rows(part, LABELS) for part in manifest.parts]
    drawn = draw_rows(tuple(np.zeros(rows, np.bool_) for rows in part_rows), rows=40, seed=3)
    draws = part_draws(drawn, tmp_path / "drawn")
    with dask.config.set(scheduler="synchronous"):
        gather_evidence(
            store, manifest, labels=LABELS, splits=[undealt_rows(part_rows)], samples=[draws]
        )
        (expected,) = dask.compute(*read_rows(store, manifest, labels=LABELS, wanted=[drawn]))
    found = load_drawn([draw.path for draw in draws])
    assert found.columns.tolist() == expected.columns.tolist()
    assert found.codes.tolist() == expected.codes.tolist()
    assert len(found.codes) == 40
    assert sorted(path.name for path in (tmp_path / "drawn").iterdir()) == sorted(
        draw.path.name for draw in draws
    )
