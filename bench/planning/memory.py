"""How much memory and disk a run takes, and where: client, worker, child, store, work folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bench.planning.scope import Scope
from pipeline.tree import FAN_IN

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
        worker=base.worker + threads * max(partition, FAN_IN * TABLE_BYTES_A_ROW * table / 2),
        child=base.child + CHILD_BYTES_A_ROW * table,
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
    return 50 * MIB + of_rows + tables * scope.counts_flows
