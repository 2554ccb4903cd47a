"""Distributed's own report on the work in a block, as one page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from distributed import Client, performance_report

from cluster.errors import ClusterError

CODE: Final = "threatbench"
"""What the page has where it would show the calling code."""


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
            # As its __exit__, which first looks for half a second for the source of this block.
            client.sync(report.__aexit__, None, None, None, code=CODE)
            unfinished.replace(path)
        except OSError as error:
            reason = error.strerror or error
            raise ClusterError(f"{path}: cannot be written ({reason}); make room") from error
