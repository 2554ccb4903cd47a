"""What dask-jobqueue is asked for: the spec's options, else `jobqueue.yaml`, else our defaults."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from shlex import quote
from typing import Any, Final

import dask

from cluster.errors import ClusterError
from cluster.kinds import steadfast
from cluster.spec import ClusterSpec
from cluster.wall_time import clock, hours_and_minutes, lifetime_seconds, seconds_of
from cluster.worker_environment import ENVIRONMENT

MEMORY: Final = "4GiB"
DEFAULTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "htcondor": {"disk": "4GiB"},
    "oar": {"memory_per_core_property_name": "not_applicable"},
}
# Workers answer HTTP even without a dashboard: only to their own machine.
WORKER_ARGUMENTS: Final = (
    "--preload", steadfast.__name__, "--no-dashboard", "--dashboard-address", "127.0.0.1:0",
)  # fmt: skip
SCHEDULER_OPTIONS: Final[Mapping[str, Any]] = {
    "dashboard": False,
    "dashboard_address": "127.0.0.1:0",
}

# How a queue writes a wall time; HTCondor knows none.
WALL_TIMES: Final[Mapping[str, Callable[[float], str]]] = {
    "slurm": clock,
    "pbs": clock,
    "sge": clock,
    "oar": clock,
    "lsf": hours_and_minutes,
}


def job_options(spec: ClusterSpec) -> dict[str, Any]:
    """Keyword arguments of the queue's cluster class, but for TLS.

    One job is one worker with ``spec.threads`` cores, unless the options or `jobqueue.yaml` say
    otherwise.
    """
    return {
        **_defaults(spec),
        **spec.options,
        "cores": _chosen(spec, "cores") or spec.threads,
        "memory": _memory(spec),
        "processes": _chosen(spec, "processes") or 1,
        "log_directory": str(logs) if (logs := logs_folder(spec)) else None,
        "worker_extra_args": _worker_arguments(spec),
        "job_script_prologue": [*(_chosen(spec, "job_script_prologue") or ()), *_exports()],
        "scheduler_options": {**SCHEDULER_OPTIONS, **(_chosen(spec, "scheduler_options") or {})},
        **_wall_time(spec),
    }


def logs_folder(spec: ClusterSpec) -> Path | None:
    """Where the workers' logs go; None where they stay with the terminal."""
    chosen = _chosen(spec, "log_directory") or spec.logs
    return Path(chosen) if chosen else None


def open_places(spec: ClusterSpec, options: Mapping[str, Any]) -> dict[str, Any]:
    """Where the scheduler and the workers will listen.

    Raises
    ------
    ClusterError
        When nothing says so: Dask would listen everywhere.
    """
    interface = _chosen(spec, "interface")
    if interface is None:
        raise ClusterError(
            f"cluster kind '{spec.kind}': say which network the workers and this machine share:"
            ' cluster.options.interface, such as "ib0", or "lo" where all jobs run on this machine'
        )
    return {"interface": interface, "scheduler_options": options["scheduler_options"]}


def _chosen(spec: ClusterSpec, key: str) -> Any:  # noqa: ANN401 - whatever YAML holds
    setting = f"jobqueue.{spec.options.get('config_name', spec.kind)}.{key.replace('_', '-')}"
    return spec.options.get(key) or dask.config.get(setting, None)


def _defaults(spec: ClusterSpec) -> dict[str, Any]:
    ours = DEFAULTS.get(spec.kind, {})
    return {key: value for key, value in ours.items() if _chosen(spec, key) is None}


def _memory(spec: ClusterSpec) -> str:
    """The memory of a job, which is that of its workers together."""
    if spec.memory is None:
        return str(_chosen(spec, "memory") or MEMORY)
    return f"{spec.memory * int(_chosen(spec, 'processes') or 1)}B"


def _exports() -> list[str]:
    """What the environment of a worker must say; the code that it imports is this process's."""
    path = os.environ.get("PYTHONPATH")
    return [
        *(f"export {name}={says}" for name, says in ENVIRONMENT.items()),
        *([f"export PYTHONPATH={quote(path)}"] if path else []),
    ]


def _wall_time(spec: ClusterSpec) -> dict[str, str]:
    write = WALL_TIMES.get(spec.kind)
    if spec.wall_seconds is None or write is None or "walltime" in spec.options:
        return {}
    return {"walltime": write(spec.wall_seconds)}


def _worker_arguments(spec: ClusterSpec) -> list[str]:
    given = [str(word) for word in _chosen(spec, "worker_extra_args") or ()]
    wall_seconds = _wall_seconds(spec)
    if wall_seconds is None or "--lifetime" in given:
        return [*given, *WORKER_ARGUMENTS]
    lifetime = f"{lifetime_seconds(wall_seconds):.0f}s"
    return [*given, *WORKER_ARGUMENTS, "--lifetime", lifetime]


def _wall_seconds(spec: ClusterSpec) -> float | None:
    """The wall time that a job will have, whoever has set it."""
    if spec.wall_seconds is not None and "walltime" not in spec.options:
        return spec.wall_seconds
    text = _chosen(spec, "walltime")
    smallest = 60 if WALL_TIMES.get(spec.kind) is hours_and_minutes else 1
    return seconds_of(str(text), smallest=smallest) if text else None
