"""ClusterSpec: which cluster a run wants, before any is opened."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ByteSize, ConfigDict, Field


class ClusterSpec(BaseModel):
    """A kind of cluster and its shape.

    ``memory`` bounds one worker. ``options`` go to the kind's opener as they are. ``wait_seconds``
    is how long the workers may take to come; a queue needs more than a laptop.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str = "local"
    workers: Annotated[int, Field(ge=1)] = 2
    threads: Annotated[int, Field(ge=1)] = 1
    memory: ByteSize | None = None
    wait_seconds: Annotated[float, Field(gt=0)] = 60.0
    options: dict[str, Any] = {}
