"""What became of a worker that is gone: its last words, and its job's state by the queue."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from distributed import Client

from cluster.kinds.job_options import logs_folder
from cluster.spec import ClusterSpec

LINES: Final = 20
LOG_BYTES: Final = 65_536
ASK_SECONDS: Final = 10.0

_JOB_ID: Final = re.compile(r"-(\d+)[^-]*\.(?:err|out)$")


@dataclass(frozen=True, kw_only=True)
class Fate:
    """The job's state, where a queue knows it, and the last lines that the worker logged."""

    state: str = ""
    log_tail: tuple[str, ...] = ()


def fate_of_last(client: Client, spec: ClusterSpec) -> Fate:
    """What became of the worker that left last; an empty fate where nothing tells of it."""
    address = _last_to_leave(client)
    if address is None:
        return Fate()
    folder = logs_folder(spec)
    if folder is None or not folder.is_dir():
        return Fate(log_tail=_words_of_nannies(client))
    log = _log_of(address, folder)
    if log is None:
        return Fate()
    return Fate(state=_state(spec.kind, log), log_tail=tuple(_tail(log).splitlines()[-LINES:]))


def _last_to_leave(client: Client) -> str | None:
    events: Any = client.get_events("all")
    gone = [event["worker"] for _, event in events if event.get("action") == "remove-worker"]
    return str(gone[-1]) if gone else None


def _words_of_nannies(client: Client) -> tuple[str, ...]:
    """What those who watch the workers of this machine said last; they start them anew."""
    logs: Any = client.get_worker_logs(n=LINES, nanny=True)
    return tuple(line for lines in logs.values() for _, line in reversed(lines))[-LINES:]


def _log_of(address: str, folder: Path) -> Path | None:
    logs = sorted(folder.glob("*"), key=lambda path: path.stat().st_mtime, reverse=True)
    return next((log for log in logs if log.is_file() and address in _tail(log)), None)


def _tail(log: Path) -> str:
    with log.open("rb") as stream:
        stream.seek(max(0, log.stat().st_size - LOG_BYTES))
        return stream.read().decode("utf-8", "replace")


def _state(kind: str, log: Path) -> str:
    ask, found = QUESTIONS.get(kind), _JOB_ID.search(log.name)
    return ask(found[1]) if ask and found else ""


def _of_slurm(job: str) -> str:
    """What Slurm says of a job: while it remembers by `scontrol`, later by `sacct`."""
    told = dict(
        word.partition("=")[::2] for word in _asked("scontrol", "show", "job", "-o", job).split()
    )
    state = told.get("JobState") or _asked("sacct", "-j", job, "-X", "-n", "-P", "-o", "State")
    reason = told.get("Reason", "None")
    because = "" if reason == "None" else f" ({reason})"
    return f"Slurm job {job}: {state.strip()}{because}" if state.strip() else ""


QUESTIONS: Final[Mapping[str, Callable[[str], str]]] = {"slurm": _of_slurm}


def _asked(*command: str) -> str:
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=ASK_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout if answer.returncode == 0 else ""
