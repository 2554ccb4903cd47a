"""joblib's dask backend for orders: always on the workers, and told of those that Dask gives up."""

from __future__ import annotations

import asyncio
from typing import Any

from joblib._dask import DaskDistributedBackend


class AttentiveBackend(DaskDistributedBackend):  # type: ignore[misc]
    """A backend whose stream raises what Dask gives up an order with, such as a killed worker.

    joblib's own tells its stream only of orders that came back, and waits for the others for ever.
    """

    def __init__(self, *, sent: list[str], **settings: Any) -> None:  # noqa: ANN401 - joblib's own
        super().__init__(**settings)
        self._sent = sent

    def submit(self, func: Any, callback: Any = None) -> Any:  # noqa: ANN401 - joblib's own
        """Send a batch of one call, and note its argument; joblib asks for orders before that."""
        self._sent.append(func.items[0][1][0])
        return super().submit(func, callback)

    def effective_n_jobs(self, n_jobs: int) -> int:
        """The threads of the cluster, as at least two: for one, joblib works in this process."""
        return max(2, int(super().effective_n_jobs(n_jobs)))

    async def _collect(self) -> None:
        while self._continue:
            async for future, answer in self.waiting_futures:
                result = answer[1] if future.status == "error" else answer
                self._results.pop(future).set_result(result)
                self._callbacks.pop(future)(result)
            await asyncio.sleep(0.01)
