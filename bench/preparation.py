"""Preparation: what is to be counted before the zoo can start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bench.suite import Suite
from pipeline.dataset import Dataset
from pipeline.manifest import Manifest
from pipeline.taxonomy import class_of

Key = tuple[str, str]
"""A task and a split."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Preparation:
    """What is to be counted: the suite's tasks and splits of the flows with these labels.

    ``work`` is the folder that takes the counted flows.
    """

    suite: Suite
    dataset: Dataset
    store: Path
    manifest: Manifest
    labels: tuple[str, ...]
    work: Path

    def classes(self, task: str) -> dict[str, str]:
        """Label to class."""
        return {label: class_of(label, task=task, dataset=self.dataset) for label in self.labels}
