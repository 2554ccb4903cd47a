"""Case: one model on one task and split; what identifies it, and what limits it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ByteSize, ConfigDict, Field

Positive = Annotated[int, Field(ge=1)]


class Settings(BaseModel):
    """Base of all that a suite file holds: frozen, and no unknown key."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Limits(Settings):
    """What one case may take before it is ended from outside."""

    seconds: Annotated[float, Field(gt=0)] = 600.0
    memory: ByteSize = ByteSize(4 * 2**30)
    threads: Positive = 1


class Case(Settings):
    """One model on one task and split: what a record is about."""

    task: str
    split: str
    model: str
    seed: int

    @property
    def key(self) -> tuple[str, str]:
        """Task and split."""
        return self.task, self.split

    @property
    def case_id(self) -> str:
        """The case's name, also a file name: ``attack-random-decision_tree-0``."""
        return f"{self.task}-{self.split}-{self.model}-{self.seed}"
