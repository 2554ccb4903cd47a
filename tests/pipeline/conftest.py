"""A data set of three columns, and a store filled from texts, for the tests of ingest."""

from __future__ import annotations

import dask
import pytest

from pipeline.dataset import Dataset, Release
from pipeline.ingest import ingest


@pytest.fixture
def small_dataset():
    return Dataset(
        name="small",
        label_columns=("label", "Label"),
        benign_family="Benign",
        releases=(
            Release(name="v1", features=("a", "b", "c")),
            Release(name="v2", features=("a", "d")),
        ),
        families={"Calm": "Benign", "Flood": "DDoS", "Scan": "Recon"},
        aliases={"BENIGN": "Calm"},
    )


@pytest.fixture
def csv_folder(tmp_path):
    folder = tmp_path / "csv"
    folder.mkdir()
    return folder


@pytest.fixture
def ingest_here(tmp_path, csv_folder, small_dataset):
    """Ingest what lies in the folder, in this thread."""

    def run(*paths, **options):
        with dask.config.set(scheduler="synchronous"):
            return ingest(
                paths or [csv_folder], store=tmp_path / "store", dataset=small_dataset, **options
            )

    return run
