"""How much memory and disk a run takes, and where: client, worker, child, store, work folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bench.planning.scope import Scope
from pipeline.tree import FAN_IN
from pipeline.zoo import find_model

MIB: Final = 2**20

CLIENT_BASE_BYTES: Final = 500 * MIB
WORKER_BASE_BYTES: Final = 300 * MIB
CHILD_BASE_BYTES: Final = 220 * MIB
"""Packages loaded and nothing done: peaks of runs on 40,000 rows."""

CLIENT_BYTES_A_ROW: Final = 11
"""While the random split is made: the permutation (8) of all rows, and masks of one byte each; to
deal folds takes less, their label, fold and masks of one byte each."""

PARTITION_COPIES: Final = 2.5
"""Of a partition's float64 columns that a worker holds at a time: parsed, typed, usable."""

TABLE_BYTES_A_ROW: Final = 160
"""Of a table of counted flows: ten features, label, count, test and fold columns."""

CHILD_BYTES_A_ROW: Final = 350
"""Of a bundle that a child has loaded, its thinned copy and predictions."""

MODEL_BYTES_A_ROW: Final[Mapping[str, int]] = {
    "gradient_boosting": 24_000,
    "extra_trees": 5_500,
    "random_forest": 2_450,
    "hist_gradient_boosting": 2_200,
    "svc": 550,
    "k_nearest_neighbors": 425,
}
"""Of a stored model, for each row of 46 columns and 34 classes that it was fitted on, in a
nightly-all at full size; others are small."""

LOADED_COPIES: Final = 3
"""Of a model while a worker reads it; one is left."""

SAMPLE_COPIES: Final = 4.5
"""Of sampled rows while a child fits them: on disk and mapped, standardised, and what a model makes
of them in passing."""

STORE_BYTES_A_ROW: Final = 131
CSV_BYTES_A_ROW: Final = 260
"""46,686,579 synthetic rows: a store of 6.1 GB, CSV files of 12.1 GB."""


@dataclass(frozen=True, kw_only=True)
class Memory:
    """Bytes of the client, of one worker process and of one of its children."""

    client: float
    worker: float
    child: float

    def of_worker(self, threads: int) -> float:
        """A worker with its children, one for each thread."""
        return self.worker + threads * self.child


def memory_of(scope: Scope, *, threads: int) -> Memory:
    """What is predicted for each process by the reference."""
    base = _base()
    table = scope.most_distinct_rows if scope.counts_flows else 0
    partition = scope.rows / scope.files * scope.features * 8 * PARTITION_COPIES
    return Memory(
        client=base.client + CLIENT_BYTES_A_ROW * scope.rows,
        worker=base.worker
        + threads * max(partition, FAN_IN * TABLE_BYTES_A_ROW * table / 2)
        + LOADED_COPIES * max(_model_bytes(scope), default=0),
        child=base.child + CHILD_BYTES_A_ROW * table + SAMPLE_COPIES * _sample_bytes(scope),
    )


def peak_bytes(scope: Scope, *, workers: int, threads: int) -> tuple[float, float]:
    """Of all processes together: what they take in any case, and what the flows add to it."""
    base, whole = _base(), memory_of(scope, threads=threads)
    least = base.client + workers * base.of_worker(threads)
    return least, whole.client + workers * whole.of_worker(threads) - least


def _base() -> Memory:
    return Memory(client=CLIENT_BASE_BYTES, worker=WORKER_BASE_BYTES, child=CHILD_BASE_BYTES)


def store_bytes(scope: Scope) -> float:
    """What is written below the home: the embedded set's CSV files, and the store."""
    return CSV_BYTES_A_ROW * scope.rows_to_write + STORE_BYTES_A_ROW * scope.rows_to_ingest


def work_bytes(scope: Scope) -> float:
    """What is written to the run folder: masks and folds of a byte a row, counted flows, report."""
    of_rows = 2 * len(scope.suite.splits) * scope.used_rows
    tables = TABLE_BYTES_A_ROW * sum(scope.distinct(key) for key in scope.keys)
    of_samples = len(scope.keys) * _sample_bytes(scope) + sum(_model_bytes(scope))
    return 50 * MIB + of_rows + tables * scope.counts_flows + of_samples


def _model_bytes(scope: Scope) -> list[int]:
    """Of every model that is kept for its predictions of the test rows."""
    if scope.counts_flows:
        return []
    return [
        MODEL_BYTES_A_ROW.get(model, 0) * scope.fitted_rows(model, key)
        for key in scope.keys
        for model in scope.suite.models
    ]


def _sample_bytes(scope: Scope) -> int:
    """Of the largest sample that models of one process are fitted on."""
    if scope.counts_flows:
        return 0
    local = [model for model in scope.suite.models if not find_model(model).is_distributed]
    rows = [scope.fitted_rows(model, key) for key in scope.keys for model in local]
    return max(rows, default=0) * 8 * min(scope.suite.features, scope.features)
