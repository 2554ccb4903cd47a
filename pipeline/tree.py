"""Merging many partial results along a tree, so that they never meet all in one place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import dask
from dask import delayed

FAN_IN: Final = 8

Item = TypeVar("Item")
Value = TypeVar("Value")


def merge_by_tree(
    items: Sequence[Item],
    *,
    load: Callable[[Item], Value],
    merge: Callable[[Sequence[Value]], Value],
) -> Value:
    """What all items come to, eight merged at a time in their order, wherever Dask runs it.

    The shape of the tree depends on how many items there are and on nothing else.

    >>> merge_by_tree(["a", "b"] * 9, load=len, merge=sum)
    18
    """
    nodes: list[Any] = [
        delayed(_load_and_merge, pure=False)(group, load, merge) for group in _groups(items)
    ]
    return merge_nodes(nodes, merge=merge)


def merge_nodes(nodes: Sequence[Any], *, merge: Callable[[Sequence[Value]], Value]) -> Value:
    """What these delayed values come to, merged along the same tree.

    >>> merge_nodes([delayed(len)("ab"), delayed(len)("c")], merge=sum)
    3
    """
    while len(nodes) > 1:
        nodes = [delayed(merge, pure=False)(group) for group in _groups(nodes)]
    (value,) = dask.compute(nodes[0])
    result: Value = value
    return result


def _load_and_merge(
    items: Sequence[Item],
    load: Callable[[Item], Value],
    merge: Callable[[Sequence[Value]], Value],
) -> Value:
    return merge([load(item) for item in items])


def _groups(items: Sequence[Item]) -> list[list[Item]]:
    return [list(items[start : start + FAN_IN]) for start in range(0, len(items), FAN_IN)]
