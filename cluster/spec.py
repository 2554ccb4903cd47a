"""ClusterSpec: which cluster a run wants, before any is opened."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ByteSize, ConfigDict, Field

Seconds = Annotated[float, Field(gt=0)]


class Certificates(BaseModel):
    """Files in PEM format that both ends of a TLS connection show each other."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ca: Path
    cert: Path
    key: Path


class ClusterSpec(BaseModel):
    """A kind of cluster and its shape.

    ``memory`` bounds one worker. ``options`` go to the kind's opener as they are. ``wait_seconds``
    is how long the workers may take to come; a queue needs more than a laptop. ``adapt`` lets the
    cluster shrink and grow between one worker and ``workers``; without it the scale is fixed, and
    timings stay comparable. ``wall_seconds`` is how long the job of a worker may last, ``logs`` the
    folder that takes the logs of such jobs. With ``security = "tls"`` every connection is
    encrypted: a cluster on this machine makes its own credentials, others take ``certificates``.
    ``insecure`` allows ports that other machines reach without TLS.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str = "local"
    workers: Annotated[int, Field(ge=1)] = 2
    threads: Annotated[int, Field(ge=1)] = 1
    memory: ByteSize | None = None
    wait_seconds: Seconds = 60.0
    adapt: bool = False
    wall_seconds: Seconds | None = None
    logs: Path | None = None
    security: Literal["tls"] | None = None
    certificates: Certificates | None = None
    insecure: bool = False
    options: dict[str, Any] = {}

    @property
    def least_workers(self) -> int:
        """How many workers have to be there before a run begins."""
        return 1 if self.adapt or self.kind == "inline" else self.workers

    def logging_to(self, folder: Path) -> ClusterSpec:
        """The same, with this folder for the logs of workers elsewhere where it names none."""
        return self if self.logs else self.model_copy(update={"logs": folder})

    def slots(self, threads: int) -> int:
        """How many cases go on at a time where there are so many threads now.

        >>> ClusterSpec(workers=4, threads=2, adapt=True).slots(2), ClusterSpec().slots(2)
        (8, 2)
        """
        return max(threads, self.workers * self.threads) if self.adapt else threads
