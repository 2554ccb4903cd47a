"""A small split on disk and orders on it, for the tests of what workers do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress

import numpy as np
import psutil
import pytest

from bench.bundle import load_bundle, save_bundle
from bench.case import Case, Limits
from bench.orders import Order
from pipeline.flows import CountedFlows, Split
from pipeline.folds import fold_counts

FOLDS = 3


@pytest.fixture(autouse=True, scope="session")
def _interruptible():
    """Hear SIGINT, which a shell has its background jobs ignore, and with them all they start."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def in_files():
    """Put the flows of some CSV files into so many others, their order being that of the names."""

    def cut(sources, folder, files):
        texts = [path.read_text().splitlines(keepends=True) for path in sorted(sources)]
        rows = [row for text in texts for row in text[1:]]
        folder.mkdir(parents=True)
        for number in range(files):
            piece = rows[len(rows) * number // files : len(rows) * (number + 1) // files]
            (folder / f"part-{number:05}.csv").write_text(texts[0][0] + "".join(piece))
        return sorted(folder.glob("*.csv"))

    return cut


@pytest.fixture
def started_anew(monkeypatch):
    """Workers find the environment that a test makes, as they are not forked from a nursery."""
    monkeypatch.setattr("cluster.kinds.local.start_nursery", lambda: False)


@pytest.fixture
def workers_of():
    """The Dask workers below a process, all of which may end while they are looked at."""

    def find(process):
        found = []
        with suppress(psutil.NoSuchProcess):
            for one in psutil.Process(process.pid).children(recursive=True):
                with suppress(psutil.NoSuchProcess):
                    found += [one] if one.name() == "tb-worker" else []
        return found

    return find


@pytest.fixture
def lone_worker():
    """A worker of a client's scheduler, without a nanny, which is killed with the block."""

    @contextmanager
    def started(client, *words, within=(), **variables):
        address = client.scheduler_info()["address"]
        command = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--no-nanny"]
        command += ["--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1", *words]
        with subprocess.Popen(
            [*within, *command], stderr=subprocess.DEVNULL, env=os.environ | variables
        ) as worker:
            yield
            worker.kill()

    return started


@pytest.fixture(scope="session")
def small_split():
    """Three overlapping classes on a grid of two columns and a flag: 3,000 flows."""
    chance = np.random.default_rng(7)
    y = chance.choice(3, 3_000, p=[0.6, 0.3, 0.1])
    noise = chance.normal(size=(3_000, 2))
    X = np.column_stack([np.round(2 * (noise + y[:, None])) / 2, chance.integers(0, 2, 3_000) + y])
    is_test = chance.random(3_000) < 0.25
    rows, place, counts = np.unique(
        np.column_stack([X, y]) + 0.0, axis=0, return_inverse=True, return_counts=True
    )
    flows = CountedFlows(
        features=("wide", "long", "flag"),
        labels=("Benign", "Flood", "Scan"),
        X=np.ascontiguousarray(rows[:, :3]),
        y=rows[:, 3].astype(np.int64),
        counts=counts.astype(np.int64),
    )
    test_counts = np.bincount(place.ravel(), is_test, len(rows)).astype(np.int64)
    return Split(name="random", flows=flows, test_counts=test_counts)


@pytest.fixture(scope="session")
def bundle_path(small_split, tmp_path_factory):
    path = tmp_path_factory.mktemp("bundle") / "attack-random.npz"
    save_bundle(path, small_split, fold_counts(small_split.train, folds=FOLDS, seed=0))
    return path


@pytest.fixture
def bundle(bundle_path):
    return load_bundle(str(bundle_path))


@pytest.fixture
def order(bundle_path, tmp_path):
    """An order on the small split, by kind and model."""

    def make(kind, model, *, limits=None, **fields):
        return Order(
            kind=kind,
            case=Case(task="attack", split="random", model=model, seed=0),
            folds=FOLDS,
            effort=1.0,
            bundle=str(bundle_path),
            results=str(tmp_path),
            limits=limits or Limits(),
            **fields,
        )

    return make
