"""Distributed's own report on the work in a block, as one page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from distributed import Client, performance_report

from cluster.errors import ClusterError


@contextmanager
def dask_page(client: Client, path: Path, *, work: Path) -> Iterator[None]:
    """Write the page when the block ends well; it takes its place whole, by way of ``work``.

    Making it takes seconds, which a run that is asked to stop does not have.

    Raises
    ------
    ClusterError
        The page cannot be written.
    """
    unfinished = work / path.name
    report = performance_report(filename=str(unfinished), mode="inline")
    with client.as_current():
        report.__enter__()
        yield
        try:
            report.__exit__(None, None, None)
            unfinished.replace(path)
        except OSError as error:
            reason = error.strerror or error
            raise ClusterError(f"{path}: cannot be written ({reason}); make room") from error
