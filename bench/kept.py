"""Counted flows kept in the store: what was prepared once for these flows is not prepared again."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
from pydantic_core import to_jsonable_python

from bench.grains import most_distinct_rows
from bench.preparation import Key, Preparation
from bench.prepare import Prepared, Stage, prepare
from pipeline.bins import Bins
from pipeline.grain import Grain
from pipeline.manifest import Manifest

FOLDER: Final = "prepared"
CONTENT: Final = "prepared.json"
UNUSED_DAYS: Final = 30
PACKAGES: Final = ("numpy", "pyarrow", "scikit-learn", "scipy")
# What a suite says of models, of how they run and of how they are compared leaves the flows alone;
# what models afford is told by the most distinct rows.
IRRELEVANT: Final = frozenset(
    {
        "name", "description", "models", "params", "search", "effort", "budgets", "limits",
        "cluster", "embedded", "stack", "vote", "choose_on", "choose_by", "null_case", "reruns",
        "rope", "price_rows", "seeds",
    }
)  # fmt: skip


def prepare_once(plan: Preparation, *, stage: Stage) -> tuple[Prepared, datetime | None]:
    """What :func:`prepare` makes, and when it was made if an earlier run has left it in the store.

    It is the same flows, the same settings and the same code that made it, or it is made anew.
    """
    folder = plan.store / FOLDER / prepared_key(plan)
    if (folder / CONTENT).exists():
        with stage("recall"):
            return _read(folder)
    prepared = prepare(plan, stage=stage)
    if prepared.bundles:
        with stage("keep"), keeping(folder, _content(prepared)) as unfinished:
            for path in prepared.bundles.values():
                _link(path, unfinished / path.name)
    return prepared, None


def is_kept(plan: Preparation) -> bool:
    """Whether an earlier run has left what :func:`prepare_once` would make."""
    return (plan.store / FOLDER / prepared_key(plan) / CONTENT).exists()


def prepared_key(plan: Preparation) -> str:
    """A name for all that the counted flows depend on: flows, labels, settings and code."""
    settings = plan.suite.model_dump(mode="json", exclude=set(IRRELEVANT))
    return key_of(plan.manifest, [plan.labels, settings, most_distinct_rows(plan.suite)])


def key_of(manifest: Manifest, settings: object) -> str:
    """A name for what these flows, these settings and the code at hand make."""
    versions = {name: version(name) for name in PACKAGES}
    said = [manifest.fingerprint, settings, versions, _code_digest()]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]


def _code_digest() -> str:
    """Of the source of all that takes part, so that no change of it meets what it did not make."""
    digest = hashlib.sha256()
    for package in ("pipeline", "bench"):
        with resources.as_file(resources.files(package)) as folder:
            for path in sorted(folder.rglob("*.py")):
                digest.update(path.relative_to(folder).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


@contextmanager
def keeping(folder: Path, content: object) -> Iterator[Path]:
    """A folder to fill, which with ``content`` comes into the store whole or not at all.

    Another run may be doing the same; what is there first stays.
    """
    folder.parent.mkdir(exist_ok=True)
    _forget_unused(folder.parent)
    unfinished = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=folder.parent))
    try:
        yield unfinished
        text = json.dumps(to_jsonable_python(content))
        (unfinished / CONTENT).write_text(text, encoding="utf-8")
        unfinished.rename(folder)
    except OSError:
        if not (folder / CONTENT).exists():
            raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def recalled(folder: Path) -> Any:  # noqa: ANN401 - whatever was kept
    """The content of a kept folder, which is not forgotten for some time."""
    os.utime(folder)
    return json.loads((folder / CONTENT).read_text("utf-8"))


def _forget_unused(kept: Path) -> None:
    oldest = (datetime.now(UTC) - timedelta(days=UNUSED_DAYS)).timestamp()
    for folder in kept.iterdir():
        if folder.stat().st_mtime < oldest:
            shutil.rmtree(folder, ignore_errors=True)


def _link(source: Path, target: Path) -> None:
    """The same file under another name, or a copy where the two lie on different disks."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _content(prepared: Prepared) -> dict[str, object]:
    return {
        "schema_version": 1,
        "made": datetime.now(UTC),
        "splits": [
            {
                "key": key,
                "bundle": path.name,
                "grain": _grain_json(prepared.grains[key]),
                "refusal": prepared.refusals.get(key),
            }
            for key, path in prepared.bundles.items()
        ],
        "selections": prepared.selections,
        "facts": prepared.facts,
    }


def _read(folder: Path) -> tuple[Prepared, datetime]:
    content = recalled(folder)
    splits: Mapping[Key, Any] = {tuple(one["key"]): one for one in content["splits"]}
    prepared = Prepared(
        bundles={key: folder.resolve() / one["bundle"] for key, one in splits.items()},
        grains={key: _grain(one["grain"]) for key, one in splits.items()},
        rows={},
        refusals={key: one["refusal"] for key, one in splits.items() if one["refusal"]},
        selections=tuple(content["selections"]),
        facts=content["facts"],
    )
    return prepared, datetime.fromisoformat(content["made"])


def _grain_json(grain: Grain) -> dict[str, object]:
    cut = {
        name: {"starts": bins.starts.tolist(), "values": bins.values.tolist()}
        for name, bins in grain.cut.items()
    }
    return {
        "features": grain.features,
        "bins": grain.bins,
        "cut": cut,
        "distinct_rows": grain.distinct_rows,
        "distinct_rows_exact": grain.distinct_rows_exact,
        "is_estimate": grain.is_estimate,
        "share": grain.share,
        "train_rows": grain.train_rows,
    }


def _grain(said: Mapping[str, Any]) -> Grain:
    cut = {
        name: Bins(starts=np.array(of["starts"]), values=np.array(of["values"]), is_cut=True)
        for name, of in said["cut"].items()
    }
    return Grain(**{**said, "features": tuple(said["features"]), "cut": cut})
