"""A command as a user would type it, with the clock running."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from bench.errors import BenchError


@dataclass(frozen=True, kw_only=True)
class Finished:
    """A command that ended well: what it printed, its wall and CPU seconds.

    ``line_seconds`` holds each line of stderr with the seconds after which it came.
    """

    stdout: str
    seconds: float
    cpu_seconds: float
    line_seconds: tuple[tuple[float, str], ...] = field(repr=False)

    def seconds_until(self, sign: str) -> float:
        """When the first line with this sign came."""
        return next(seconds for seconds, line in self.line_seconds if sign in line)


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
        "run", suite, "--data", data, "--home", home, "--runs", home / "runs", "--json", *options
    )
    printed = json.loads(command.stdout)
    facts = json.loads((Path(printed["path"]) / "run.json").read_text())
    return FinishedRun(command=command, facts=facts, records=printed["records"])


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
        tempfile.TemporaryFile("w+") as printed,
        subprocess.Popen(
            argv, stdout=printed, stderr=subprocess.PIPE, text=True, env=_environment()
        ) as process,
    ):
        assert process.stderr is not None
        lines = _timed_lines(process.stderr, begun)
        process.wait()
        printed.seek(0)
        stdout = printed.read()
    seconds = time.perf_counter() - begun
    if process.returncode:
        tail = "\n".join(line for _, line in lines[-5:])
        raise BenchError(f"{' '.join(argv)}: ended with status {process.returncode}:\n{tail}")
    return Finished(
        stdout=stdout,
        seconds=seconds,
        cpu_seconds=_children_cpu_seconds() - before,
        line_seconds=tuple(lines),
    )


def _timed_lines(stream: IO[str], begun: float) -> list[tuple[float, str]]:
    return [(time.perf_counter() - begun, line.rstrip("\n")) for line in stream]


def _children_cpu_seconds() -> float:
    """Of all processes that have ended below this one and were waited for by their parents."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _environment() -> dict[str, str]:
    """Warnings of libraries are no part of what is read here."""
    return {**os.environ, "PYTHONWARNINGS": "ignore"}
