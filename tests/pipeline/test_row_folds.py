from __future__ import annotations

import warnings
from itertools import pairwise

import dask
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import StratifiedKFold

from pipeline.row_folds import deal_rows, stratified_folds, undealt_rows


def by_scikit_learn(codes, *, folds, seed):
    dealt = np.empty(len(codes), int)
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)
        for fold, (_, held_out) in enumerate(splitter.split(codes, codes)):
            dealt[held_out] = fold
    return dealt


@given(
    codes=st.lists(st.integers(0, 5), min_size=6, max_size=80),
    folds=st.integers(2, 6),
    seed=st.integers(0, 2**32 - 1),
)
@settings(max_examples=80, deadline=None)
def test_every_row_lies_in_the_fold_of_scikit_learn(codes, folds, seed):
    codes = np.array([*codes, *[0] * folds], np.uint8)  # scikit-learn needs one class that large
    found = stratified_folds(codes, folds=folds, seed=seed)
    assert found.tolist() == by_scikit_learn(codes, folds=folds, seed=seed).tolist()


@pytest.mark.parametrize("rows_a_file", [[200], [1, 120, 79], [50] * 4])
def test_training_rows_are_dealt_alike_in_any_partitioning(
    rows_a_file, csv_folder, ingest_here, tmp_path
):
    chance = np.random.default_rng(4)
    labels = chance.choice(["Calm", "Flood", "Scan", "Rest"], 200, p=[0.5, 0.3, 0.15, 0.05])
    values = chance.choice(["1", "2", ""], 200, p=[0.5, 0.4, 0.1])
    usable = (labels != "Rest") & (values != "")
    lines = [f"1,{value},3,{label}" for value, label in zip(values, labels, strict=True)]
    ends = np.cumsum([0, *rows_a_file])
    for number, (start, end) in enumerate(pairwise(ends)):
        (csv_folder / f"{number}.csv").write_text("\n".join(["a,b,c,label", *lines[start:end]]))
    is_test = chance.random(usable.sum()) < 0.3
    part_rows = [usable[start:end].sum() for start, end in pairwise(ends)]
    with dask.config.set(scheduler="synchronous"):
        found = deal_rows(
            tmp_path / "store",
            ingest_here(),
            labels=["Calm", "Flood", "Scan"],
            splits={"mine": tuple(np.split(is_test, np.cumsum(part_rows)[:-1]))},
            folds={"mine": 4},
            seed=9,
            folder=tmp_path,
        )["mine"]
    dealt = np.concatenate([part.read() for part in found.parts])
    assert (dealt == 4).tolist() == is_test.tolist()
    trained = labels[usable][~is_test]
    assert dealt[~is_test].tolist() == by_scikit_learn(trained, folds=4, seed=9).tolist()


def test_undealt_rows_are_training_rows_of_one_fold():
    found = undealt_rows([2, 0, 3])
    assert [part.read().tolist() for part in found.parts] == [[0, 0], [], [0, 0, 0]]
    assert found.folds == 1
