"""Suites as TOML: read with overrides, or one error that says where; and written back."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import BaseModel, ValidationError

from bench.errors import SuiteError
from bench.named_clusters import cluster_table
from bench.suite import Suite
from bench.suite_faults import first_fault
from pipeline.errors import unknown


def load_suite(name_or_path: str, *, overrides: Sequence[str] = ()) -> Suite:
    """The suite that ships under this name or stands in this file, with ``KEY=VALUE`` overrides.

    Raises
    ------
    SuiteError
        For a name that is neither, and for any key or value that does not fit: in one sentence.
    """
    place, text = _suite_text(name_or_path)
    values = _parsed(text, place)
    if "cluster" in values:
        values["cluster"] = _unnamed(values["cluster"], None)
    for override in overrides:
        _override(values, override)
    return _validated({"name": _name(place)} | values, place)


def suite_toml(suite: Suite) -> str:
    """The suite with every default filled in; :func:`load_suite` gives the same suite back."""
    values = suite.model_dump(mode="json", exclude_none=True)
    return tomli_w.dumps(values)


def defaulted_settings(suite: Suite) -> list[str]:
    """The settings, such as ``cluster.kind``, that are as they are by default."""
    return _defaulted(suite)


def shipped_suites() -> dict[str, str]:
    """The text of every suite that ships, by name."""
    files = (resources.files("bench") / "suites").iterdir()
    shipped = [file for file in files if file.name.endswith(".toml")]
    return {file.name.removesuffix(".toml"): file.read_text("utf-8") for file in shipped}


def _name(place: str) -> str:
    """The file's name, with what cannot stand in the name of a run folder as a hyphen."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", Path(place).stem).lstrip(".-") or "suite"


def _suite_text(name_or_path: str) -> tuple[str, str]:
    shipped = shipped_suites()
    if name_or_path in shipped:
        return f"{name_or_path}.toml", shipped[name_or_path]
    path = Path(name_or_path)
    if path.is_file():
        return name_or_path, _file_text(path)
    raise SuiteError(unknown("suite", name_or_path, shipped))


def _file_text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SuiteError(f"{path}: cannot be read as UTF-8 text: {error}") from error


def _parsed(text: str, place: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SuiteError(f"{place}: not valid TOML: {error}") from error


def _override(values: dict[str, Any], override: str) -> None:
    key, equals, text = override.partition("=")
    if not equals or not key.strip():
        raise SuiteError(f"--set {override}: expected KEY=VALUE, such as cluster.workers=2")
    *tables, last = key.strip().split(".")
    for table in tables:
        values = values.setdefault(table, {})
        if not isinstance(values, dict):
            raise SuiteError(f"--set {override}: '{table}' is not a table")
    value = _toml_value(text.strip())
    values[last] = _unnamed(value, values.get(last)) if key.strip() == "cluster" else value


def _unnamed(cluster: Any, before: Any) -> Any:  # noqa: ANN401 - whatever TOML holds
    """The table of a cluster that is given by its name."""
    if not isinstance(cluster, str):
        return cluster
    return cluster_table(cluster, within=before if isinstance(before, dict) else {})


def _toml_value(text: str) -> Any:  # noqa: ANN401 - whatever TOML holds
    """The value as TOML reads it; text that is no TOML value is a string."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _validated(values: Mapping[str, Any], place: str) -> Suite:
    try:
        return Suite.model_validate(values)
    except ValidationError as error:
        raise SuiteError(f"{place}: {first_fault(error, Suite)}") from error


def _defaulted(settings: BaseModel, prefix: str = "") -> list[str]:
    found = []
    for key, field in type(settings).model_fields.items():
        value = getattr(settings, key)
        if isinstance(value, BaseModel):
            found += _defaulted(value, f"{prefix}{key}.")
        elif not field.is_required() and value == field.get_default(call_default_factory=True):
            found.append(f"{prefix}{key}")
    return found
