"""Clusters by name: tables of `clusters.toml`, beside the working directory or in the home."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from bench.errors import SuiteError
from bench.suite_faults import first_fault
from cluster.kinds import KINDS
from cluster.spec import ClusterSpec
from pipeline.errors import unknown

FILE: Final = "clusters.toml"


def cluster_table(name: str, *, within: Mapping[str, Any]) -> dict[str, Any]:
    """The cluster of this name as a suite would write it, or ``within`` with this kind.

    Raises
    ------
    SuiteError
        When neither a cluster nor a kind has this name, or its table does not fit.
    """
    named = named_clusters()
    if name in named:
        return named[name]
    if name in KINDS:
        return {**within, "kind": name}
    raise SuiteError(f"--cluster: {unknown('cluster', name, {*named, *KINDS})}")


def named_clusters() -> dict[str, dict[str, Any]]:
    """Every named cluster; one in the working directory comes before its namesake in the home."""
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    found: dict[str, dict[str, Any]] = {}
    for path in (home / "threatbench" / FILE, Path(FILE)):
        if path.is_file():
            found |= _checked(path)
    return found


def _checked(path: Path) -> dict[str, dict[str, Any]]:
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SuiteError(f"{path}: not valid TOML: {error}") from error
    for name, table in tables.items():
        _check(table, f"{path}: {name}")
    return tables


def _check(table: object, place: str) -> None:
    try:
        spec = ClusterSpec.model_validate(table)
    except ValidationError as error:
        raise SuiteError(f"{place}: {first_fault(error, ClusterSpec)}") from error
    if spec.kind not in KINDS:
        raise SuiteError(f"{place}: {unknown('cluster kind', spec.kind, KINDS)}")
