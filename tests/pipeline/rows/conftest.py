"""The same 3,000 flows of three labels as one part, as four and as seven, split alike."""

from __future__ import annotations

import dask
import numpy as np
import pandas as pd
import pytest

from pipeline.dataset import Dataset, Release
from pipeline.ingest import ingest
from pipeline.rows.source import RowSource

ROWS = 3_000
FEATURES = ("a", "b", "c")
CLASS_OF = {"Calm": "Benign", "Flood": "DDoS", "Scan": "Recon"}
DATASET = Dataset(
    name="small",
    label_columns=("label",),
    benign_family="Benign",
    releases=(Release(name="v1", features=FEATURES),),
    families=CLASS_OF,
    aliases={},
)


@pytest.fixture(autouse=True)
def _in_this_thread():
    with dask.config.set(scheduler="synchronous"):
        yield


@pytest.fixture(scope="session")
def table():
    """Features around a centre of their class on unlike scales; the third label is rare."""
    chance = np.random.default_rng(3)
    y = chance.choice(3, ROWS, p=[0.3, 0.69, 0.01])
    X = (chance.normal(size=(ROWS, 3)) + 2 * np.eye(3)[y]) * [1, 1000, 1e-3] + [0, 1e6, 5]
    return X, y


@pytest.fixture(scope="session")
def is_test():
    return np.random.default_rng(4).random(ROWS) < 0.25


@pytest.fixture(scope="session")
def source_of(table, is_test, tmp_path_factory):
    """A source of the rows, cut into so many parts."""
    made = {}

    def of(parts):
        if parts not in made:
            made[parts] = _source(table, is_test, parts, tmp_path_factory.mktemp(f"of-{parts}"))
        return made[parts]

    return of


@pytest.fixture(params=[1, 4, 7], ids="{} parts".format)
def source(source_of, request):
    return source_of(request.param)


def _source(table, is_test, parts, folder):
    X, y = table
    frame = pd.DataFrame(X, columns=list(FEATURES)).assign(label=np.array(list(CLASS_OF))[y])
    edges = np.linspace(0, ROWS, parts + 1).astype(int)[1:-1]
    for number, rows in enumerate(np.split(np.arange(ROWS), edges)):
        frame.iloc[rows].to_csv(folder / f"part-{number}.csv", index=False)
    with dask.config.set(scheduler="synchronous"):
        manifest = ingest([folder], store=folder / "store", dataset=DATASET)
    return RowSource(
        store=folder / "store",
        manifest=manifest,
        split="random",
        features=FEATURES,
        class_of=CLASS_OF,
        masks=tuple(np.split(is_test, edges)),
    )
