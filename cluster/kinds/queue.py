"""Workers as jobs of an HPC queue, by dask-jobqueue and the user's own `jobqueue.yaml`."""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from distributed import Client
from distributed.deploy.spec import ProcessInterface

from cluster.binding import refuse_open_ports
from cluster.errors import ClusterError
from cluster.kinds.job_options import job_options, open_places
from cluster.scale import scale
from cluster.security import shared_security
from cluster.spec import ClusterSpec

QUEUES: Final[Mapping[str, str]] = {
    "slurm": "SLURMCluster",
    "pbs": "PBSCluster",
    "sge": "SGECluster",
    "lsf": "LSFCluster",
    "oar": "OARCluster",
    "htcondor": "HTCondorCluster",
}
"""The class of dask-jobqueue for each kind."""

SUBMIT_SECONDS: Final = 60.0
GLANCE_SECONDS: Final = 0.1


@contextmanager
def open_queue(spec: ClusterSpec) -> Iterator[Client]:
    """A client of workers that are jobs of the queue; they are cancelled with the block.

    Raises
    ------
    ClusterError
        When the queue's commands are not there, or it refuses a job.
    """
    command = _cluster_class(spec).job_cls.submit_command.split()[0]
    if shutil.which(command) is None:
        raise ClusterError(
            f"cluster kind '{spec.kind}': there is no command {command} here;"
            " run this on a machine that jobs are submitted from"
        )
    with _cluster(spec) as cluster, Client(cluster) as client:
        scale(cluster, spec)
        _await_submission(cluster, spec)
        yield client


def job_script(spec: ClusterSpec) -> str:
    """The script that each job runs, without the address of a scheduler that is not there yet."""
    options = job_options(spec) | {"security": shared_security(spec)}
    job = _cluster_class(spec).job_cls
    kept = {key: value for key, value in options.items() if key not in _OF_CLUSTER}
    protocol = "tcp://" if options["security"] is None else "tls://"
    script: str = job(f"{protocol}SCHEDULER", name="NAME", **kept).job_script()
    return script


_OF_CLUSTER: Final = {"scheduler_options", "job_cls", "shared_temp_directory"}


def _cluster_class(spec: ClusterSpec) -> Any:  # noqa: ANN401 - untyped
    """The kind's class, imported without what the import does to Ctrl-C in this process."""
    before = signal.getsignal(signal.SIGINT)
    import dask_jobqueue

    signal.signal(signal.SIGINT, before)
    return getattr(dask_jobqueue, QUEUES[spec.kind])


def _cluster(spec: ClusterSpec) -> Any:  # noqa: ANN401 - a class without types
    options = job_options(spec)
    refuse_open_ports(spec, open_places(spec, options))
    if spec.logs is not None:
        spec.logs.mkdir(parents=True, exist_ok=True)
    kind = _cluster_class(spec)
    job = type("Job", (_Remembering, kind.job_cls), {"refusals": []})
    try:
        return kind(job_cls=job, security=shared_security(spec), **options)
    except (TypeError, ValueError) as error:
        raise ClusterError(f"cluster kind '{spec.kind}': options: {error}") from error


class _Remembering(ProcessInterface):
    """A job that keeps what the queue said when it was refused, since Dask only goes on waiting."""

    refusals: list[str]

    async def start(self) -> None:
        """Submit the job; a refused one also counts as started, so that it can be closed."""
        try:
            await super().start()  # type: ignore[no-untyped-call]
        except RuntimeError as error:
            self.refusals.append(str(error).partition("stderr:")[2].strip() or str(error))
            await ProcessInterface.start(self)


def _await_submission(cluster: Any, spec: ClusterSpec) -> None:  # noqa: ANN401
    """Come back when the queue has taken the first jobs; an error when it refuses one."""
    deadline = time.monotonic() + SUBMIT_SECONDS
    while time.monotonic() < deadline:
        if cluster.job_cls.refusals:
            said = " ".join(cluster.job_cls.refusals[0].split())
            raise ClusterError(f"cluster kind '{spec.kind}': the queue refused a job: {said}")
        if cluster.workers and all(job.job_id for job in cluster.workers.values()):
            return
        time.sleep(GLANCE_SECONDS)
    raise ClusterError(
        f"cluster kind '{spec.kind}': the queue did not answer within {SUBMIT_SECONDS:g} s"
    )
