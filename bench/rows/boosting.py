"""Boosting by all workers together, each on its own share of the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import dask.array as da
import numpy as np
from distributed import Client
from numpy.typing import NDArray

from bench.errors import BenchError
from pipeline.boosting import CountedLightGBM, CountedXGBoost
from pipeline.flows import Integers
from pipeline.rows.sample import RowSample
from pipeline.rows.source import PartRows, RowSource, load_part

Share = tuple[NDArray[np.float32], Integers]


class _InOrder:
    """A client that tells who has what in the order of its workers.

    LightGBM ranks the workers in the order in which it is told of their shares, and each rank bins
    its own part of the features on its own rows; a client tells it by chance.
    """

    def __init__(self, client: Client, workers: Sequence[str]) -> None:
        self._client = client
        self._workers = workers

    def who_has(self, futures: Any) -> dict[str, Sequence[str]]:  # noqa: ANN401
        """The workers that hold each of these, the first worker's first."""
        found: Mapping[str, Sequence[str]] = self._client.who_has(futures)
        return dict(sorted(found.items(), key=lambda item: self._workers.index(item[1][0])))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a client has
        return getattr(self._client, name)


@dataclass(frozen=True, kw_only=True, eq=False)
class Shares:
    """The drawn rows as float32 arrays of one block a worker, each block held by its worker."""

    X: da.Array
    y: da.Array
    classes: Integers
    workers: tuple[str, ...]


def fit_xgboost(client: Client, model: Any, shares: Shares) -> Any:  # noqa: ANN401
    """XGBoost fitted by every worker, with the parameters of this ``XGBClassifier``."""
    from xgboost.dask import DaskXGBClassifier

    distributed = DaskXGBClassifier(**model.get_params())
    distributed.client = client
    distributed.fit(shares.X, shares.y)
    found = CountedXGBoost()
    found.model_ = bytes(distributed.get_booster().save_raw("ubj"))
    found.classes_ = shares.classes
    return found


def fit_lightgbm(client: Client, model: Any, shares: Shares) -> Any:  # noqa: ANN401
    """LightGBM fitted by every worker, with the parameters of this ``LGBMClassifier``.

    Raises
    ------
    BenchError
        When a worker's share lacks a class: LightGBM numbers the classes on each worker by itself.
    """
    from lightgbm import DaskLGBMClassifier

    _check_every_class_everywhere(shares)
    orderly: Any = _InOrder(client, shares.workers)
    distributed = DaskLGBMClassifier(**model.get_params() | {"n_jobs": None}, client=orderly)
    distributed.fit(shares.X, shares.y)
    found = CountedLightGBM()
    found.model_ = str(distributed.booster_.model_to_string())
    found.classes_ = shares.classes
    return found


def share_out(
    client: Client,
    source: RowSource,
    sample: RowSample,
    scaler: Any,  # noqa: ANN401
) -> Shares:
    """Deal the drawn rows to the workers, standardised: parts in turn, one block a worker.

    With one block on each worker, and always the same one, the order in which a worker sums its
    rows is the same at every run.
    """
    workers = _workers(client)
    classes = np.flatnonzero(sample.used_rows)
    parts = source.parts(sample.side)
    workers = workers[: len(parts)]
    shares = [
        client.submit(
            _share,
            parts[number :: len(workers)],
            sample,
            scaler,
            classes,
            workers=[address],
            allow_other_workers=False,
            pure=False,
        )
        for number, address in enumerate(workers)
    ]
    rows = client.gather([client.submit(_rows, share, pure=False) for share in shares])
    X, y = (
        [
            client.submit(itemgetter(item), share, workers=[address], pure=False)
            for share, address in zip(shares, workers, strict=True)
        ]
        for item in (0, 1)
    )
    width = len(source.features)
    return Shares(
        X=da.concatenate(
            [
                da.from_delayed(block, shape=(count, width), dtype=np.float32)
                for block, count in zip(X, rows, strict=True)
            ]
        ),
        y=da.concatenate(
            [
                da.from_delayed(block, shape=(count,), dtype=np.int64)
                for block, count in zip(y, rows, strict=True)
            ]
        ),
        classes=classes,
        workers=tuple(workers),
    )


def _workers(client: Client) -> list[str]:
    """Addresses in the order of the workers' names, which do not change between runs."""
    workers: Mapping[str, Any] = client.scheduler_info(n_workers=-1)["workers"]
    return sorted(workers, key=lambda address: (str(workers[address]["name"]), address))


def _share(
    parts: Sequence[PartRows],
    sample: RowSample,
    scaler: Any,  # noqa: ANN401
    classes: Integers,
) -> Share:
    blocks = [_block(part, sample, scaler) for part in parts]
    y = np.concatenate([codes for _, codes in blocks])
    return np.concatenate([X for X, _ in blocks]), np.searchsorted(classes, y)


def _block(part: PartRows, sample: RowSample, scaler: Any) -> Share:  # noqa: ANN401
    block = load_part(part, seed=sample.seed).block(sample.side, sample.cutoffs)
    if not len(block.y):
        return block.X.astype(np.float32), block.y
    return scaler.transform(block.X).astype(np.float32), block.y


def _rows(share: Share) -> int:
    return len(share[1])


def _check_every_class_everywhere(shares: Shares) -> None:
    present = da.map_blocks(
        _is_complete, shares.y, classes=len(shares.classes), dtype=np.bool_, chunks=(1,)
    ).compute()
    if not present.all():
        raise BenchError(
            f"{int((~present).sum())} of {len(present)} workers have no row of some class;"
            " use fewer workers or a larger budget"
        )


def _is_complete(y: Integers, *, classes: int) -> np.ndarray:
    return np.array([len(np.unique(y)) == classes])
