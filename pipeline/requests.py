"""What is counted together: requests that share features and labels, whatever task or split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipeline.count_part import PartGroup
from pipeline.flows import Booleans
from pipeline.labelled import usable_rows
from pipeline.manifest import Manifest
from pipeline.row_folds import RowFolds
from pipeline.shared_masks import PartMask, share_masks

Key = tuple[tuple[str, ...], tuple[str, ...]]
"""Features and labels, sorted."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Collapse:
    """What to count: these columns, these labels as these classes, these rows as test rows.

    ``class_of`` maps a label to its class; flows of other labels are left out, as are incomplete
    ones. ``masks`` holds, for each part of the manifest, bool (usable rows,). Where the training
    rows have been dealt to folds, ``row_folds`` has them counted by fold, too. ``shared`` are the
    masks as workers find them; without them, they are sent.
    """

    split: str
    features: tuple[str, ...]
    class_of: Mapping[str, str]
    masks: tuple[Booleans, ...]
    row_folds: RowFolds | None = None
    shared: Sequence[PartMask] | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes, sorted; a class's place is its code."""
        return tuple(sorted(set(self.class_of.values())))


@dataclass(frozen=True, kw_only=True, eq=False)
class Marks:
    """Which rows are test rows, and the folds of the others; tasks on one split share them."""

    masks: tuple[Booleans, ...]
    shared: Sequence[PartMask]
    row_folds: RowFolds | None

    def are_of(self, request: Collapse) -> bool:
        """Whether a request has these very marks."""
        return self.masks is request.masks and self.row_folds is request.row_folds

    @property
    def folds(self) -> int:
        """How many folds the training rows were dealt to."""
        return self.row_folds.folds if self.row_folds else 0


@dataclass(frozen=True, kw_only=True, eq=False)
class Group:
    """What is counted together: the same features and labels, marked by one or several splits.

    Where it is not to be counted, the rows of the share are drawn and kept one by one, and it is
    estimated how many of all rows differ.
    """

    features: tuple[str, ...]
    labels: tuple[str, ...]
    marks: list[Marks]
    share: float = 1.0
    is_counted: bool = True


def group_requests(wanted: Sequence[Collapse]) -> dict[Key, Group]:
    """The groups that the requests fall into, by what they share."""
    groups: dict[Key, Group] = {}
    for request in wanted:
        features, labels = key_of(request)
        group = groups.setdefault(
            (features, labels), Group(features=features, labels=labels, marks=[])
        )
        if not any(marks.are_of(request) for marks in group.marks):
            shared = request.shared or share_masks(request.masks, None)
            marks = Marks(masks=request.masks, shared=shared, row_folds=request.row_folds)
            group.marks.append(marks)
    return groups


def key_of(request: Collapse) -> Key:
    """What a request shares with others of its group."""
    return request.features, tuple(sorted(request.class_of))


def of_part(group: Group, number: int, first_row: int) -> PartGroup:
    """What to count in the part of this number, whose usable rows begin at ``first_row``."""
    return PartGroup(
        features=group.features,
        codes={label: code for code, label in enumerate(group.labels)},
        marks=[
            (one.shared[number], one.row_folds.parts[number] if one.row_folds else None)
            for one in group.marks
        ],
        first_row=first_row,
        share=group.share,
        is_counted=group.is_counted,
    )


def first_rows(manifest: Manifest, group: Group) -> list[int]:
    """How many usable rows come before each part."""
    rows = [usable_rows(part, group.labels) for part in manifest.parts]
    return [0, *accumulate(rows)]
