from __future__ import annotations

import json
import math

import dask
import numpy as np
import pandas as pd
import pytest

from pipeline.errors import DataError
from pipeline.profile import profile_store
from pipeline.profile_text import profile_text

ROWS = 6000


@pytest.fixture(scope="module")
def frame():
    """Repeats, few and many values, nulls and infinities, an unknown label."""
    chance = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "a": chance.integers(0, 5, ROWS) / 4,
            "b": chance.integers(0, 3, ROWS).astype(float),
            "c": np.where(chance.random(ROWS) < 0.5, 0.0, chance.lognormal(size=ROWS)),
            "label": chance.choice(["Calm", "Flood", "Scan", "Worm"], ROWS),
        }
    )
    frame.loc[chance.choice(ROWS, 50), "a"] = np.nan
    frame.loc[chance.choice(ROWS, 30), "b"] = np.inf
    frame.loc[chance.choice(ROWS, 30), "b"] = -np.inf
    return frame


def profile_of(frame, files, folder, ingest_here, tmp_path):
    for path in folder.glob("*.csv"):
        path.unlink()
    for number, rows in enumerate(np.array_split(np.arange(len(frame)), files)):
        frame.iloc[rows].to_csv(folder / f"{number:03}.csv", index=False)
    ingest_here()
    with dask.config.set(scheduler="synchronous"):
        return profile_store(tmp_path / "store")


@pytest.mark.parametrize("files", [1, 7, 20])
def test_a_profile_equals_that_of_pandas_on_the_whole_frame(
    frame, files, csv_folder, ingest_here, tmp_path
):
    profile = profile_of(frame, files, csv_folder, ingest_here, tmp_path)
    features = frame[["a", "b", "c"]]
    finite = features.replace([np.inf, -np.inf], np.nan)
    assert profile.rows == ROWS
    assert profile.rows_incomplete == int(finite.isna().any(axis=1).sum())
    assert profile.nulls == features.isna().sum().to_dict()
    assert profile.infinities == np.isinf(features).sum().to_dict()
    assert profile.labels == frame["label"].value_counts().to_dict()
    described = pd.DataFrame(profile.describe)
    expected = finite.describe().loc[described.index]
    assert np.allclose(described.to_numpy(), expected.to_numpy(), rtol=1e-12, atol=1e-15)
    assert set(profile.quantile_rank_error.values()) == {0.0}


@pytest.mark.parametrize("files", [1, 7])
def test_repeats_equal_those_of_pandas_by_label(frame, files, csv_folder, ingest_here, tmp_path):
    profile = profile_of(frame, files, csv_folder, ingest_here, tmp_path)
    repeats = frame.duplicated().groupby(frame["label"]).sum()
    assert profile.duplicates.exact == repeats.to_dict()
    rounded = frame.astype(dict.fromkeys("abc", "float32"))
    assert (
        profile.duplicates.float32 == rounded.duplicated().groupby(frame["label"]).sum().to_dict()
    )


def test_counts_and_quartiles_do_not_depend_on_how_rows_lie_in_files(
    frame, csv_folder, ingest_here, tmp_path
):
    one, many = (
        profile_of(frame, files, csv_folder, ingest_here, tmp_path).to_json() for files in (1, 13)
    )
    for name, described in one["describe"].items():
        for key in ("count", "min", "25%", "50%", "75%", "max"):
            assert many["describe"][name][key] == described[key]
    for key in ("duplicates", "labels", "families", "unknown_labels", "nulls", "head"):
        assert one[key] == many[key]


def test_a_profile_is_the_same_to_the_bit_on_any_scheduler(
    frame, csv_folder, ingest_here, tmp_path
):
    profile = profile_of(frame, 12, csv_folder, ingest_here, tmp_path)
    with dask.config.set(scheduler="threads"):
        assert profile_store(tmp_path / "store") == profile


def test_a_profile_can_be_written_as_json_with_the_keys_of_a_run(
    frame, csv_folder, ingest_here, tmp_path
):
    profile = profile_of(frame, 2, csv_folder, ingest_here, tmp_path)
    table = json.loads(json.dumps(profile.to_json(), allow_nan=False))
    assert list(table["describe"]["a"]) == [
        "count",
        "mean",
        "std",
        "min",
        "25%",
        "50%",
        "75%",
        "max",
    ]
    assert table["columns"] == ["a", "b", "c", "label"]
    assert len(table["head"]) == 10
    assert table["dtypes"]["a"] == "float64"
    assert table["families"].keys() == {"Benign", "DDoS", "Recon", "unknown"}
    assert table["unknown_labels"] == {"Worm": profile.labels["Worm"]}


def test_the_head_spans_files_and_shows_nulls_and_infinities(csv_folder, ingest_here, tmp_path):
    (csv_folder / "a.csv").write_text("a,b,c,label\n,inf,-inf,Flood\n")
    (csv_folder / "b.csv").write_text("a,b,c,label\n1,2,3,Scan\n")
    ingest_here()
    with dask.config.set(scheduler="synchronous"):
        head = profile_store(tmp_path / "store").head
    assert head == (
        {"a": None, "b": "inf", "c": "-inf", "label": "Flood"},
        {"a": 1.0, "b": 2.0, "c": 3.0, "label": "Scan"},
    )


def test_quarantined_lines_are_told_with_file_line_and_reason(
    frame, csv_folder, ingest_here, tmp_path
):
    profile_of(frame.head(20), 2, csv_folder, ingest_here, tmp_path)
    with (csv_folder / "001.csv").open("a") as file:
        file.write("1,2,no number,Calm\n1,2\n")
    ingest_here()
    with dask.config.set(scheduler="synchronous"):
        profile = profile_store(tmp_path / "store")
    assert profile.quarantined_files == {"001.csv": 2}
    assert [(one["file"], one["line"]) for one in profile.quarantine] == [
        ("001.csv", 12), ("001.csv", 13)
    ]  # fmt: skip
    assert all(one["reason"] for one in profile.quarantine)


@pytest.mark.parametrize("value", ["", "inf", "1e308"])
def test_columns_without_finite_moments_are_described_without_them(
    value, csv_folder, ingest_here, tmp_path
):
    (csv_folder / "a.csv").write_text(
        f"a,b,c,label\n{value},1,-1e308,Flood\n{value},2,1e308,Flood\n"
    )
    ingest_here()
    with dask.config.set(scheduler="synchronous"):
        profile = profile_store(tmp_path / "store")
    json.dumps(profile.to_json(), allow_nan=False)
    assert profile.describe["b"]["std"] == pytest.approx(math.sqrt(0.5))


def test_a_profile_as_text_says_what_there_is(frame, csv_folder, ingest_here, tmp_path):
    text = profile_text(profile_of(frame, 3, csv_folder, ingest_here, tmp_path))
    lines = text.splitlines()
    assert lines[0] == "6,000 flows in 4 columns"
    assert any(line.startswith("Worm (unknown)") for line in lines)
    assert any(line.startswith("the first 10 flows") for line in lines)


def test_a_folder_that_is_no_store_is_an_error(tmp_path):
    with pytest.raises(DataError, match="no store here"):
        profile_store(tmp_path)
