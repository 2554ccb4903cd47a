"""asv's own files: benchmarks, results and machine, written as asv itself writes them."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from asv import util
from asv.benchmarks import Benchmarks
from asv.config import Config
from asv.machine import Machine
from asv.results import Results
from asv.runner import BenchmarkResult

from bench.errors import BenchError

ENVIRONMENT: Final = "nightly"

Values = Mapping[str, float]
"""One number for each parameter, such as a case."""


@dataclass(frozen=True, kw_only=True)
class Series:
    """One asv benchmark of a suite's nights: its name, its unit and what its parameter is."""

    name: str
    unit: str
    parameter: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What was measured at one commit: a number for each series and parameter.

    ``committed`` is when the commit was made, in milliseconds since 1970, as asv has it.
    """

    commit: str
    committed: int
    python: str
    started: datetime | None
    values: Mapping[Series, Values]


def results_folder(config: Path) -> Path:
    """The folder of the results that this configuration names."""
    if not config.is_file():
        raise BenchError(f"{config}: no asv configuration; name one with --config")
    return config.resolve().parent / str(Config.load(str(config)).results_dir)


def read_machine(results: Path, name: str | None) -> dict[str, Any]:
    """What asv knows of this machine in its results, or what it finds out."""
    described = Machine.get_defaults()
    name = name or str(Machine.get_unique_machine_name())
    path = results / name / "machine.json"
    if path.exists():
        return dict(util.load_json(str(path)))
    described["machine"] = name
    path.parent.mkdir(parents=True, exist_ok=True)
    util.write_json(str(path), described, Machine.api_version)
    return dict(described)


def add_benchmarks(results: Path, measured: Sequence[Measured]) -> dict[Series, dict[str, Any]]:
    """Our entries in ``benchmarks.json``: with every parameter that any result has."""
    path = Path(Benchmarks.get_benchmark_file_path(str(results)))
    version = Benchmarks.api_version
    known = util.load_json(str(path), api_version=version) if path.exists() else {}
    entries = {}
    for series in dict.fromkeys(one for found in measured for one in found.values):
        names = [repr(name) for found in measured for name in found.values.get(series, ())]
        before = known.get(series.name, {"params": [[]]})["params"][0]
        entries[series] = _entry(series, list(dict.fromkeys([*before, *names])))
    known |= {series.name: entry for series, entry in entries.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    util.write_json(str(path), known, version)
    return entries


def _entry(series: Series, parameters: list[str]) -> dict[str, Any]:
    return {
        "name": series.name,
        "pretty_name": series.title,
        "type": "track",
        "unit": series.unit,
        "param_names": [series.parameter],
        "params": [parameters],
        "version": "1",
        "code": "",
        "timeout": 60.0,
    }


def write_results(
    folder: Path,
    measured: Measured,
    *,
    machine: Mapping[str, Any],
    entries: Mapping[Series, dict[str, Any]],
) -> Path:
    """One result file, on one commit and machine; its path."""
    params, commit = {**machine, "python": measured.python}, measured.commit
    found = Results(params, {}, commit, measured.committed, measured.python, ENVIRONMENT, {})
    for series, by_parameter in measured.values.items():
        entry = entries[series]
        numbers = [by_parameter.get(name) for name in map(_plain, entry["params"][0])]
        found.add_result(entry, _result(numbers), started_at=measured.started)
    found.save(str(folder))
    return folder / str(machine["machine"]) / f"{commit[:8]}-{ENVIRONMENT}.json"


def commit_milliseconds(commit: str, *, repository: Path) -> int:
    """When the commit was made, in milliseconds since 1970, as asv has it.

    Raises
    ------
    BenchError
        The repository does not have that commit.
    """
    command = ["git", "-C", str(repository), "show", "--no-patch", "--format=%ct", commit, "--"]
    try:
        told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    except (OSError, subprocess.SubprocessError) as error:
        raise BenchError(
            f"commit {commit[:10]}: the repository here does not have it; run this in a checkout"
            " of the code that made the run"
        ) from error
    return 1000 * int(told.stdout.split()[-1])


def _plain(parameter: str) -> str:
    """The name that asv keeps as its ``repr``."""
    return parameter[1:-1]


def _result(numbers: list[float | None]) -> BenchmarkResult:
    nothing: list[None] = [None] * len(numbers)
    return BenchmarkResult(
        result=numbers, samples=nothing, number=nothing, errcode=0, stderr="", profile=None
    )
