"""Two workers and a store of synthetic flows, shared by the tests of the rows grain."""

from __future__ import annotations

import dask
import pytest

from cluster.connect import open_cluster
from cluster.spec import ClusterSpec
from pipeline.dataset import load_dataset
from pipeline.ingest import ingest
from pipeline.labelled import usable_rows
from pipeline.rows.source import RowSource
from pipeline.split import mark_test_rows
from pipeline.synthetic import write_dataset

LABELS = ("BenignTraffic", "DDoS-SYN_Flood", "Recon-PortScan")


@pytest.fixture(scope="session")
def two_workers():
    # On a busy machine a worker takes longer to start than its nanny would wait for it.
    patient = dask.config.set({"distributed.comm.timeouts.connect": "120s"})
    with patient, open_cluster(ClusterSpec(workers=2)) as client:
        yield client


@pytest.fixture(scope="session")
def flows(tmp_path_factory):
    """A folder of 4,000 flows in four files."""
    folder = tmp_path_factory.mktemp("rows") / "csv"
    with dask.config.set(scheduler="synchronous"):
        write_dataset(folder, rows=4_000, files=4, seed=0, labels=LABELS)
    return folder


@pytest.fixture(scope="session")
def source(flows):
    """Those flows by label on a random split."""
    store = flows.parent / "store"
    with dask.config.set(scheduler="synchronous"):
        manifest = ingest([flows], store=store, dataset=load_dataset())
    part_rows = [usable_rows(part, LABELS) for part in manifest.parts]
    return RowSource(
        store=store,
        manifest=manifest,
        split="random",
        features=manifest.features,
        class_of={label: label for label in LABELS},
        masks=mark_test_rows("random", part_rows, test_size=0.2, seed=42),
    )
