"""How many tasks a pass over the partitions puts before the scheduler."""

from __future__ import annotations

from pipeline.tree import FAN_IN


def merge_tasks(partitions: int) -> int:
    """The merges of a tree over so many partitions, as ``pipeline/tree.py`` shapes it.

    >>> merge_tasks(169), merge_tasks(17_000), merge_tasks(1)
    (26, 2431, 0)
    """
    merges = 0
    while partitions > 1:
        partitions = -(-partitions // FAN_IN)
        merges += partitions
    return merges
