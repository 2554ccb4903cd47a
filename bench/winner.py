"""The model that a run has kept for a task and split, as it labels new flows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from bench.errors import BenchError
from pipeline.bins import Bins
from pipeline.dataset import Dataset, Release
from pipeline.errors import unknown
from pipeline.flows import Floats
from pipeline.predict import predict, remembering
from pipeline.rows.stored import read_model
from reports.run import read_run


@dataclass(frozen=True, kw_only=True, eq=False)
class Winner:
    """A fitted model, the columns that it needs, and the classes that its codes stand for.

    ``bins`` are those that a feature was cut into before the model saw it.
    """

    name: str
    dataset: Dataset
    classes: tuple[str, ...]
    bins: Mapping[str, Bins]
    model: Any

    def label(self, X: Floats) -> tuple[list[str], list[float] | None]:
        """The class of each flow, and its probability where the model tells one.

        What repeats is asked once.
        """
        vectors, place = np.unique(self._binned(X), axis=0, return_inverse=True)
        with remembering(self.model):
            said = predict(self.model, vectors, classes=len(self.classes)).take(place.ravel())
        names = [self.classes[code] for code in said.codes]
        if said.method != "predict_proba":
            return names, None
        return names, said.values[np.arange(len(X)), said.codes].tolist()

    def _binned(self, X: Floats) -> Floats:
        (release,) = self.dataset.releases
        columns = zip(release.features, X.T, strict=True)
        cut = [self.bins[name].of_rows(x) if name in self.bins else x for name, x in columns]
        return np.column_stack(cut)


def read_winner(run: Path, *, task: str | None = None, split: str | None = None) -> Winner:
    """The model that the run has kept, of this task and split where there are several.

    Raises
    ------
    RunFolderError
        There is no such run.
    BenchError
        It has kept no model, several that fit, or one that cannot be read.
    ModelError
        There is something in the model's file that models do not consist of.
    """
    release = read_run(run, with_details=False).summary.data.release
    kept = [_read(path) for path in sorted((run / "models").glob("*.json"))]
    if not kept:
        remedy = f"a run keeps its best models when it ends: threatbench run --resume {run}"
        raise BenchError(f"{run}: no model is kept there; {remedy}")
    for key, wanted in (("task", task), ("split", split)):
        kept = _only(kept, key, wanted)
    if len(kept) > 1:
        several = ", ".join(f"{one['task']} on {one['split']}" for one in kept)
        raise BenchError(f"{run}: models of {several} are kept; choose by --task and --split")
    return _winner(run / "models", kept[0], release=release or "of the run")


def _read(path: Path) -> dict[str, Any]:
    try:
        described: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BenchError(f"{path}: cannot be read ({error}); run the suite anew") from error
    return described


def _only(kept: list[dict[str, Any]], key: str, wanted: str | None) -> list[dict[str, Any]]:
    known = {str(one[key]) for one in kept}
    if wanted is not None and wanted not in known:
        raise BenchError(f"--{key}: {unknown(f'{key} of a kept model', wanted, known)}")
    return [one for one in kept if wanted in (None, one[key])]


def _winner(models: Path, described: Mapping[str, Any], *, release: str) -> Winner:
    path = models / described["file"]
    try:
        model = read_model(path)
    except (OSError, BadZipFile) as error:
        raise BenchError(f"{path}: cannot be read ({error}); run the suite anew") from error
    return Winner(
        name=path.stem,
        dataset=_unlabelled(release, described["features"]),
        classes=tuple(described["classes"]),
        bins={name: _bins(**cut) for name, cut in described["bins"].items()},
        model=model,
    )


def _unlabelled(release: str, features: Sequence[str]) -> Dataset:
    """Flows that need no other columns than these, and no label."""
    return Dataset(
        name="the run",
        label_columns=(),
        benign_family="",
        releases=(Release(name=release, features=tuple(features)),),
        families={},
    )


def _bins(starts: Sequence[float], values: Sequence[float]) -> Bins:
    return Bins(starts=np.array(starts), values=np.array(values), is_cut=True)
