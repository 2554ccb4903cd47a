"""DATA_TERMS: what the numbers of the data profile, its labels and their conflicts mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reports.words import Term

DATA_TERMS: Final[Mapping[str, Term]] = {
    "vectors": Term(
        title="Feature vectors",
        kind="count",
        meaning="Distinct rows of selected features, whatever their labels.",
    ),
    "conflicting_vectors": Term(
        title="Under several labels",
        kind="count",
        meaning="Feature vectors that occur with more than one label.",
    ),
    "conflicting_rows": Term(
        title="Flows in them",
        kind="count",
        meaning="Flows whose feature vector occurs with more than one label: of each vector all"
        " but its most frequent label are lost to any classifier.",
    ),
    "share_conflicting": Term(
        title="Share in conflict",
        kind="percent",
        meaning="Flows in such vectors over all flows.",
    ),
    "pairs": Term(
        title="Pairs of labels",
        kind="count",
        meaning="How many pairs of labels share at least one feature vector.",
    ),
    "first_rows": Term(
        title="Flows of the first",
        kind="count",
        meaning="Flows of the first label in the vectors that both share.",
    ),
    "second_rows": Term(
        title="Flows of the second",
        kind="count",
        meaning="Flows of the second label in the vectors that both share.",
    ),
    "flows": Term(
        title="Flows",
        kind="count",
        meaning="How many flows, repeats counted.",
    ),
    "share_of_flows": Term(
        title="Share of flows",
        kind="percent",
        meaning="The flows of this label over all flows.",
    ),
    "nulls": Term(
        title="Nulls",
        kind="count",
        meaning="Rows without a value in the column; such rows are left out of fit and test.",
    ),
    "infinities": Term(
        title="Infinities",
        kind="count",
        meaning="Rows with an infinite value in the column; such rows are left out of fit and "
        "test.",
    ),
    "mean": Term(
        title="mean",
        kind="plain",
        meaning="The mean of the column's finite values.",
    ),
    "std": Term(
        title="std",
        kind="plain",
        meaning="The standard deviation of the column's finite values, as of a sample.",
    ),
    "min": Term(
        title="min",
        kind="plain",
        meaning="The least finite value.",
    ),
    "max": Term(
        title="max",
        kind="plain",
        meaning="The largest finite value.",
    ),
    "25%": Term(
        title="25%",
        kind="plain",
        meaning="The first quartile of the finite values; the section says how exact.",
    ),
    "50%": Term(
        title="50%",
        kind="plain",
        meaning="The median of the finite values; the section says how exact.",
    ),
    "75%": Term(
        title="75%",
        kind="plain",
        meaning="The third quartile of the finite values; the section says how exact.",
    ),
    "row": Term(
        title="Row",
        kind="count",
        meaning="The number of the row, from 0, files in the order of their names.",
    ),
    "line": Term(
        title="Line",
        kind="count",
        meaning="The line's number in its file, from 1, the heading included.",
    ),
    "quarantined_lines": Term(
        title="Quarantined lines",
        kind="count",
        meaning="Lines of the file that are no flow.",
    ),
}
