"""By which grain flows are counted, what the run's files say of it, and what a person is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from bench.suite import Suite
from pipeline.coarseness import GRAINS, Rule
from pipeline.grain import Grain
from pipeline.zoo import ZOO

Key = tuple[str, str]
"""A task and a split."""

MOST_DISTINCT_ROWS: Final = 1_000_000
"""What memory affords: such a table takes about 150 MB in each process that loads it."""


def grain_rule(suite: Suite) -> Rule:
    """How finely the suite lets flows be told apart."""
    return GRAINS[suite.grain].rule(most_distinct_rows(suite))


def most_distinct_rows(suite: Suite) -> int:
    """How many distinct rows may be counted: as many as memory and the hardiest model afford.

    Models that afford fewer are fitted on a sample of them; rows that no model can take are no
    use. What a suite states goes before that, and exact values are limited by memory alone.
    """
    if suite.distinct_rows is not None:
        return suite.distinct_rows
    budgets = [
        suite.budgets.get(name, int(ZOO[name].affords_distinct_rows * suite.effort))
        for name in suite.models
        if name in ZOO
    ]
    return (
        MOST_DISTINCT_ROWS
        if suite.grain == "exact"
        else min(MOST_DISTINCT_ROWS, max(budgets, default=1))
    )


def grain_json(suite: Suite, grains: Mapping[Key, Grain]) -> tuple[dict[str, object], ...]:
    """Entries of ``run.json``: how finely the flows of each task and split were told apart."""
    return tuple(
        {
            "task": task,
            "split": split,
            "grain": grain.name,
            "bins": grain.bins,
            "columns_binned": list(grain.cut),
            "distinct_rows": grain.distinct_rows,
            "distinct_rows_exact": grain.distinct_rows_exact,
            "is_estimate": grain.is_estimate,
            "share_of_rows": grain.share,
            "most_distinct_rows": most_distinct_rows(suite),
            "why": _why(suite, grain),
        }
        for (task, split), grain in grains.items()
    )


def grain_notes(suite: Suite, grains: Mapping[Key, Grain]) -> Iterator[str]:
    """A sentence for each task and split of which values or rows were lost."""
    for (task, split), grain in grains.items():
        if grain.name != "exact":
            yield f"{task} · {split}: {_why(suite, grain)}"


def share_words(grain: Grain) -> str:
    """Which rows were counted, where not all were."""
    return f"a random {100 * grain.share:.3g} % of all rows was counted"


def _why(suite: Suite, grain: Grain) -> str:
    about = "about " if grain.is_estimate else ""
    exact = f"{about}{grain.distinct_rows_exact:,} distinct rows"
    most = most_distinct_rows(suite)
    if grain.name == "exact":
        return f"{exact} are no more than {most:,}"
    if grain.name == "rows":
        counted = f"{share_words(grain)}: {grain.distinct_rows:,}"
        return f"{exact} are more than {most:,}, in bins worth their price, too; {counted}"
    asked = f"are more than {most:,}" if suite.grain == "auto" else "were to be binned"
    binned = f"{len(grain.cut)} features binned to at most {grain.bins} bins each"
    return f"{exact} {asked}; {binned}: {grain.distinct_rows:,}"
