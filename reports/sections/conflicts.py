"""Equal feature vectors under several labels: how many flows they hold, and which labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reports.history import Report
from reports.page import Fragment, empty, tables_fragment
from reports.summary import Conflicts
from reports.tables import Column, Table, Value, make_table

INTRO: Final = (
    "Flows whose selected features are equal and whose labels are not: no classifier gets more "
    "than one label of such a feature vector right. Training and test flows are counted together. "
    "This is why a ceiling is below 1."
)
NONE: Final = "No feature vector occurs under two labels: the selected features tell all apart."
OVERVIEW: Final = (
    Column(key="where", title="Task · split"),
    Column(key="vectors", title="Feature vectors", kind="count"),
    Column(key="conflicting_vectors", title="Under several labels", kind="count"),
    Column(key="conflicting_rows", title="Flows in them", kind="count"),
    Column(
        key="share", title="Share of all flows", kind="percent", unit="%", term="share_conflicting"
    ),
    Column(key="pairs", title="Pairs of labels", kind="count"),
)
PAIRS: Final = (
    Column(key="first", title="Label"),
    Column(key="second", title="Shares vectors with"),
    Column(key="vectors", title="Feature vectors", kind="count"),
    Column(key="first_rows", title="Flows of the first", kind="count", bar=True),
    Column(key="second_rows", title="Flows of the second", kind="count", bar=True),
)


def conflicts(report: Report) -> Fragment:
    """One overview, then the pairs of labels of every task and split; equal ones stand once."""
    found = report.run.summary.conflicts
    if not found:
        return empty("The run recorded no label conflicts.")
    if not any(one.conflicting_vectors for one in found):
        return empty(NONE)
    merged = _merge([one for one in found if one.pairs])
    tables = [_overview(found), *(_pair_table(*item) for item in merged.items())]
    return tables_fragment(INTRO, tables)


def _merge(found: Sequence[Conflicts]) -> dict[str, Conflicts]:
    """The conflicts under the splits that share them."""
    alike: dict[tuple[object, ...], list[Conflicts]] = {}
    for one in found:
        alike.setdefault((one.task, one.rows, one.pairs), []).append(one)
    return {
        f"{same[0].task} · {', '.join(one.split for one in same)}": same[0]
        for same in alike.values()
    }


def _overview(found: Sequence[Conflicts]) -> Table:
    rows: list[dict[str, Value]] = [
        {
            "where": f"{one.task} · {one.split}",
            "vectors": one.vectors,
            "conflicting_vectors": one.conflicting_vectors,
            "conflicting_rows": one.conflicting_rows,
            "share": one.conflicting_rows / one.rows if one.rows else None,
            "pairs": one.pairs_found,
        }
        for one in found
    ]
    return make_table("conflicts", "Feature vectors under several labels", OVERVIEW, rows)


def _pair_table(where: str, one: Conflicts) -> Table:
    rows: list[dict[str, Value]] = [
        {
            "first": pair.first,
            "second": pair.second,
            "vectors": pair.vectors,
            "first_rows": pair.first_rows,
            "second_rows": pair.second_rows,
        }
        for pair in one.pairs
    ]
    listed, found = len(one.pairs), one.pairs_found or len(one.pairs)
    which = f" (the {listed} of {found} with the most flows)" if listed < found else ""
    caption = f"Pairs of labels that share feature vectors on {where}{which}"
    return make_table(f"conflicts-{one.task}-{one.split}", caption, PAIRS, rows)
