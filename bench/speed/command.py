"""A command as a user would type it, with the clock running."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Any, Final

from bench.errors import BenchError

REPORT: Final = "report: "


@dataclass(frozen=True, kw_only=True)
class Finished:
    """A command that ended well: what it printed, its wall and CPU seconds.

    ``line_seconds`` holds each line of stdout and stderr with the seconds after which it came.
    """

    stdout: str
    seconds: float
    cpu_seconds: float
    line_seconds: tuple[tuple[float, str], ...] = field(repr=False)

    def seconds_until(self, sign: str) -> float:
        """When the first line with this sign came."""
        return self._first(sign)[0]

    def line_of(self, sign: str) -> str:
        """The first line with this sign."""
        return self._first(sign)[1]

    def _first(self, sign: str) -> tuple[float, str]:
        return next(found for found in self.line_seconds if sign in found[1])


@dataclass(frozen=True, kw_only=True)
class FinishedRun:
    """A run of a suite: the command that made it, and what its ``run.json`` and records say."""

    command: Finished
    facts: dict[str, Any]
    records: list[dict[str, Any]]


def threatbench(*words: object) -> Finished:
    """Run ``threatbench`` with these arguments."""
    return _finished([sys.executable, "-m", "bench.cli", *map(str, words)])


def python(module: str, *words: object) -> Finished:
    """Run a module of this package's in a process of its own."""
    return _finished([sys.executable, "-m", module, *map(str, words)])


def run_suite(suite: str, *, data: Path, home: Path, settings: Sequence[str] = ()) -> FinishedRun:
    """Run a suite on these flows; stores and runs lie in ``home``."""
    options = [word for setting in settings for word in ("--set", setting)]
    command = threatbench(
        "run", suite, "--data", data, "--home", home, "--runs", home / "runs", *options
    )
    folder = Path(command.line_of(REPORT).removeprefix(REPORT)).parent
    facts = json.loads((folder / "run.json").read_text())
    records = [json.loads(line) for line in (folder / "cases.jsonl").read_text().splitlines()]
    return FinishedRun(command=command, facts=facts, records=records)


def planned_seconds(suite: str, *, data: Path, home: Path) -> float:
    """What ``threatbench plan`` says that such a run takes here, from the runs in ``home``."""
    command = threatbench(
        "plan", suite, "--data", data, "--home", home, "--runs", home / "runs", "--json"
    )
    asked, *_ = json.loads(command.stdout)["forecasts"]
    return float(asked["total_seconds"])


def _finished(argv: Sequence[str]) -> Finished:
    before, begun = _children_cpu_seconds(), time.perf_counter()
    with (
        subprocess.Popen(
            argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=_environment()
        ) as process,
        ThreadPoolExecutor() as readers,
    ):
        streams = process.stdout, process.stderr
        printed, told = readers.map(partial(_timed_lines, begun=begun), streams)
    seconds = time.perf_counter() - begun
    if process.returncode:
        tail = "\n".join(line for _, line in told[-5:])
        raise BenchError(f"{' '.join(argv)}: ended with status {process.returncode}:\n{tail}")
    return Finished(
        stdout="\n".join(line for _, line in printed),
        seconds=seconds,
        cpu_seconds=_children_cpu_seconds() - before,
        line_seconds=tuple(sorted([*printed, *told])),
    )


def _timed_lines(stream: IO[str] | None, begun: float) -> list[tuple[float, str]]:
    return [(time.perf_counter() - begun, line.rstrip("\n")) for line in stream or ()]


def _children_cpu_seconds() -> float:
    """Of all processes that have ended below this one and were waited for by their parents."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _environment() -> dict[str, str]:
    """Warnings of libraries are no part of what is read here."""
    return {**os.environ, "PYTHONWARNINGS": "ignore"}
