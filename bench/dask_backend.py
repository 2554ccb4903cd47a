"""joblib's dask backend for orders: always on the workers, and told of those that Dask gives up."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import Future
from typing import Any, Final

from distributed import as_completed
from distributed.scheduler import KilledWorker
from joblib._dask import DaskDistributedBackend

from bench.orders import Order, Outcome
from reports.records import Reason

DIED: Final = "worker_died"


class Answers(as_completed):
    """Futures with their answers as they end, also those whose answer is lost on its way.

    Dask's own forgets a future whose worker dies while the answer is fetched, where no other worker
    comes: whoever waits for it does so for ever.
    """

    async def _track_future(self, future: Any) -> None:  # noqa: ANN401 - Dask's own
        try:
            await super()._track_future(future)  # type: ignore[no-untyped-call]
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever waits is told
            with self.lock:
                self.futures.pop(future, None)
                self.queue.put_nowait((future, (type(error), error, error.__traceback__)))
            async with self.condition:
                self.condition.notify()
            with self.thread_condition:
                self.thread_condition.notify()


class AttentiveBackend(DaskDistributedBackend):  # type: ignore[misc]
    """A backend whose stream tells of an order that killed its workers, and raises what else fails.

    joblib's own tells its stream only of orders that came back, and waits for the others for ever.
    """

    def __init__(self, *, sent: list[Order], **settings: Any) -> None:  # noqa: ANN401 - joblib's own
        super().__init__(**settings)
        self.waiting_futures = Answers(  # type: ignore[no-untyped-call]
            [], loop=self.client.loop, with_results=True, raise_errors=False
        )
        self._sent = sent
        self._order_of: dict[Future[Any], Order] = {}

    def submit(self, func: Any, callback: Any = None) -> Any:  # noqa: ANN401 - joblib's own
        """Send a batch of one call on an order, as JSON; the order is noted, and in it the time.

        joblib asks for orders before that: as many at once as there are slots, and keeps some.
        """
        call, (order,), named = func.items[0]
        self._sent.append(order)
        stamped = order.model_copy(update={"submitted": time.time()})
        func.items[0] = call, (stamped.model_dump_json(),), named
        answer = super().submit(func, callback)
        self._order_of[answer] = order
        return answer

    def effective_n_jobs(self, n_jobs: int) -> int:
        """The threads of the cluster, as at least two: for one, joblib works in this process."""
        return max(2, int(super().effective_n_jobs(n_jobs)))

    async def _collect(self) -> None:
        while self._continue:
            async for future, answer in self.waiting_futures:
                awaited = self._results.pop(future)
                is_error = isinstance(answer, tuple)
                result = self._error(awaited, answer[1]) if is_error else answer
                awaited.set_result(result)
                self._callbacks.pop(future)(result)
            await asyncio.sleep(0.01)

    def _error(self, awaited: Future[Any], error: BaseException) -> BaseException | list[str]:
        """What to raise, or the answer in place of an order that Dask has given up alone."""
        if not isinstance(error, KilledWorker):
            return error
        return [_death(self._order_of[awaited], error)]


def is_death(outcome: Outcome) -> bool:
    """Whether the order's workers died of it, so that Dask has given it up."""
    return outcome.reason is not None and outcome.reason.kind == DIED


def _death(order: Order, error: KilledWorker) -> str:
    deaths = error.allowed_failures + 1
    message = f"the workers that it ran on died, {deaths} one after another"
    return Outcome(
        unit=order.unit,
        case_id=order.case.case_id,
        fold=order.fold,
        status="worker_lost",
        reason=Reason(kind=DIED, message=message),
    ).model_dump_json()
