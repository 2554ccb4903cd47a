"""When a cluster is lost: its scheduler is gone, or its workers die of one piece of work."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import Final

from distributed import Client
from distributed.scheduler import KilledWorker, NoValidWorkerError

from cluster.errors import ClusterError

REMEDY: Final = "what is done stays done: mend that and go on (a run with --resume)"


def is_lost(client: Client) -> bool:
    """Whether the client has no scheduler any more."""
    return bool(client.status != "running")


@contextmanager
def loss_told(client: Client) -> Iterator[None]:
    """Turn what Dask raises in the block when the cluster breaks into one sentence.

    Raises
    ------
    ClusterError
        The scheduler does not answer any more, or several workers died of the same work.
    """
    assert client.scheduler is not None
    scheduler = client.scheduler.address
    try:
        yield
    except KilledWorker as error:
        raise ClusterError(_killed(error)) from error
    except NoValidWorkerError as error:
        raise ClusterError(f"no worker is left, and none has come back; {REMEDY}") from error
    except (CancelledError, OSError) as error:
        if not is_lost(client):
            raise
        raise ClusterError(f"the scheduler at {scheduler} is gone; {REMEDY}") from error


def _killed(error: KilledWorker) -> str:
    deaths = error.allowed_failures + 1
    cure = "give them more memory (cluster.memory), or start fewer on a machine (cluster.workers)"
    return f"{deaths} workers in turn died at one piece of work ({error.task}): {cure}; {REMEDY}"
