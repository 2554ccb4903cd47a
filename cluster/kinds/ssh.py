"""Workers on machines that OpenSSH reaches, which keeps to the user's own keys and `~/.ssh/config`.

Dask's SSHCluster wants asyncssh, which reads only some of that, and leaves workers behind where the
connection breaks. Here a worker ends with its connection: its shell waits for the end of stdin.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from distributed import Client, Scheduler
from distributed.deploy.spec import ProcessInterface, SpecCluster
from distributed.security import Security

from cluster.binding import refuse_open_ports
from cluster.errors import ClusterError
from cluster.kinds.job_options import SCHEDULER_OPTIONS, WORKER_ARGUMENTS
from cluster.scale import scale
from cluster.security import shared_security
from cluster.spec import ClusterSpec
from cluster.worker_environment import ENVIRONMENT

REACH_SECONDS: Final = 30
# Whichever ends first ends the other: the worker, or the connection that stdin stands for.
REMOTE: Final = """exec 3<&0; {command} </dev/null & worker=$!
(cat <&3; kill $worker) >/dev/null 2>&1 & wait $worker"""


@contextmanager
def open_ssh(spec: ClusterSpec) -> Iterator[Client]:
    """A client of workers on ``options.hosts``, one after another in turn.

    ``options.interface``, the same on all machines, or ``options.host``, this machine's address,
    is where the scheduler in this process listens. ``options.python`` is the Python of the
    workers, by default this one's path; ``options.ssh`` are words for the ssh command, such as
    ``["-p", "2222"]``.

    Raises
    ------
    ClusterError
        When no hosts or no address are given, or a host cannot be reached.
    """
    hosts = spec.options.get("hosts") or ()
    if not hosts or len(_listens(spec)) != 1:
        raise ClusterError(
            'cluster kind \'ssh\': give cluster.options.hosts, such as ["node1", "node2"], and'
            " cluster.options.interface or .host, by which they reach this machine"
        )
    refuse_open_ports(spec, _listens(spec))
    for host in dict.fromkeys(hosts):
        refuse_open_ports(spec, _worker_listens(spec, host))
        _check_reach(spec, host)
    with _cluster(spec) as cluster, Client(cluster) as client:
        scale(cluster, spec)
        yield client


class SshWorker(ProcessInterface):
    """A worker at the other end of an ssh process."""

    def __init__(
        self,
        scheduler: str,
        name: object = None,
        *,
        spec: ClusterSpec,
        hosts: Iterator[str],
        security: Security | None,
    ) -> None:
        super().__init__(scheduler=scheduler, name=name)  # type: ignore[no-untyped-call]
        self._log = Path(os.devnull) if spec.logs is None else _log(spec.logs, str(name))
        host = next(hosts)
        worker = worker_command(spec, host, scheduler=scheduler, name=str(name), security=security)
        self._command = [*_ssh(spec), host, REMOTE.format(command=worker)]
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start ssh; the worker comes when it comes."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the terminal is for the client alone
            )
        await super().start()  # type: ignore[no-untyped-call]

    async def close(self) -> None:
        """End the connection, and with it the worker."""
        if self._process is not None and self._process.returncode is None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            await self._process.wait()
        await super().close()  # type: ignore[no-untyped-call]


def worker_command(
    spec: ClusterSpec, host: str, *, scheduler: str, name: str, security: Security | None
) -> str:
    """What the shell of the other machine is to run."""
    ((key, place),) = _worker_listens(spec, host).items()
    words = ["env", *(f"{name}={says}" for name, says in ENVIRONMENT.items())]
    words += [f"PYTHONPATH={path}"] if (path := os.environ.get("PYTHONPATH")) else []
    words += [spec.options.get("python", sys.executable), "-m", "distributed.cli.dask_worker"]
    words += [scheduler, "--name", name, "--nthreads", str(spec.threads), f"--{key}", place]
    words += ["--memory-limit", str(spec.memory or "auto"), *WORKER_ARGUMENTS]
    words += ["--lifetime", f"{spec.wall_seconds:g}s"] if spec.wall_seconds else []
    words += _tls_words(security)
    return shlex.join(words)


def _listens(spec: ClusterSpec) -> dict[str, str]:
    return {key: spec.options[key] for key in ("host", "interface") if key in spec.options}


def _worker_listens(spec: ClusterSpec, host: str) -> dict[str, str]:
    """The interface that all share, or the machine's own name."""
    shared = _listens(spec)
    return shared if "interface" in shared else {"host": host.rpartition("@")[2]}


def _check_reach(spec: ClusterSpec, host: str) -> None:
    """Nothing, or what ssh says when it cannot start Python there."""
    python = spec.options.get("python", sys.executable)
    command = [*_ssh(spec), host, shlex.join([python, "--version"])]
    try:
        asked = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=REACH_SECONDS
        )
        said = asked.stderr.strip() if asked.returncode else None
    except (OSError, subprocess.TimeoutExpired) as error:
        said = str(error)
    if said is not None:
        raise ClusterError(
            f"cluster kind 'ssh': {host} does not answer `{shlex.join(command)}`: {said};"
            " it must work without a password"
        )


def _ssh(spec: ClusterSpec) -> list[str]:
    return ["ssh", "-T", "-o", "BatchMode=yes", *map(str, spec.options.get("ssh", ()))]


def _cluster(spec: ClusterSpec) -> SpecCluster:
    security = shared_security(spec)
    hosts = itertools.cycle(spec.options["hosts"])
    protocol = "tcp://" if security is None else "tls://"
    scheduler = {**_listens(spec), **SCHEDULER_OPTIONS, "security": security, "protocol": protocol}
    worker = {"spec": spec, "hosts": hosts, "security": security}
    return SpecCluster(
        scheduler={"cls": Scheduler, "options": scheduler},
        worker={"cls": SshWorker, "options": worker},
        security=security,
        name="ssh",
    )


def _log(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"ssh-worker-{name}.err"


def _tls_words(security: Security | None) -> list[str]:
    if security is None:
        return []
    files = security.get_tls_config_for_role("worker")
    names = {"ca_file": "--tls-ca-file", "cert": "--tls-cert", "key": "--tls-key"}
    return [word for key, flag in names.items() for word in (flag, files[key])]
