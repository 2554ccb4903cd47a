"""How finely flows were told apart, why, and what binning them cost each model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reports.history import Report
from reports.numbers import points_text
from reports.page import Fragment, empty, tables_fragment
from reports.summary import GrainFact, Price
from reports.tables import Column, Table, Value, make_table
from reports.terms import TERMS, column

GOAL_ACCURACY: Final = 0.002
GOAL_F1: Final = 0.005
EDGES: Final = (
    "Edges of bins are quantiles of all rows' feature values, test rows included; no label has a "
    "say in them. A bin is represented by the median of its rows, and a feature of few values "
    "keeps them."
)
GRAINS: Final = (
    Column(key="where", title="Task · split"),
    column("grain"),
    Column(key="bins", title="Bins a feature, at most", kind="count"),
    Column(key="binned", title="Binned", kind="count", unit="features"),
    Column(key="share", title="Rows counted", kind="percent", unit="%", term="rows_counted"),
    Column(key="exact", title="Distinct flows", kind="count"),
    Column(key="counted", title="As counted", kind="count"),
    Column(key="most", title="Allowed", kind="count"),
    Column(key="why", title="Why"),
)
PRICES: Final = (
    Column(key="model", title="Model"),
    Column(key="accuracy", title="Accuracy as it is", kind="score", term="accuracy"),
    Column(
        key="accuracy_difference",
        title="Accuracy, binned less raw",
        kind="points",
        unit="pt",
        term="price_of_binning",
    ),
    Column(key="accuracy_range", title="95 % interval (pt)"),
    Column(key="f1", title="F1 as it is", kind="score", unit="macro", term="f1_macro"),
    Column(
        key="f1_difference",
        title="F1, binned less raw",
        kind="points",
        unit="pt",
        term="price_of_binning",
    ),
    Column(key="f1_range", title="95 % interval (pt)"),
    Column(key="verdict", title="Within the goal"),
)


def grain(report: Report) -> Fragment:
    """The grain of every task and split, and a table of prices for each task that was binned."""
    summary = report.run.summary
    if not summary.grain:
        return empty("The run recorded no grain.")
    tables = [_grains(summary.grain), *_prices(summary.price_of_binning)]
    is_binned = any(fact.grain == "binned" for fact in summary.grain)
    intro = f"{TERMS['grain'].meaning} {EDGES if is_binned else ''}".strip()
    return tables_fragment(intro, tables)


def _grains(facts: Sequence[GrainFact]) -> Table:
    rows: list[dict[str, Value]] = [
        {
            "where": f"{fact.task} · {fact.split}",
            "grain": fact.grain,
            "bins": fact.bins,
            "binned": len(fact.columns_binned),
            "share": fact.share_of_rows,
            "exact": fact.distinct_rows_exact,
            "counted": fact.distinct_rows,
            "most": fact.most_distinct_rows,
            "why": fact.why,
        }
        for fact in facts
    ]
    return make_table("grain", "How finely flows were told apart (labels and all)", GRAINS, rows)


def _prices(prices: Sequence[Price]) -> list[Table]:
    places = dict.fromkeys((price.task, price.split) for price in prices)
    return [
        _price_table([price for price in prices if (price.task, price.split) == place])
        for place in places
    ]


def _price_table(prices: Sequence[Price]) -> Table:
    one = prices[0]
    caption = (
        f"Price of binning on {one.task}: {one.rows:,} flows, a stratified sample, half of them "
        f"to train on and half to test, as they are and in the {one.bins} bins of {one.split}"
    )
    goal = f"within {100 * GOAL_ACCURACY:.2g} pt of accuracy and {100 * GOAL_F1:.2g} pt of F1"
    note = f"The goal is to lose no more than is {goal}."
    rows = [_price_row(price) for price in prices]
    return make_table(f"price-{one.task}", caption, PRICES, rows, note=note)


def _price_row(price: Price) -> dict[str, Value]:
    if price.accuracy_difference is None or price.f1_macro_difference is None:
        return {"model": price.model, "verdict": price.status}
    is_kept = price.accuracy_difference > -GOAL_ACCURACY and price.f1_macro_difference > -GOAL_F1
    return {
        "model": price.model,
        "accuracy": price.accuracy_raw,
        "accuracy_difference": price.accuracy_difference,
        "accuracy_range": _range(price.accuracy_low, price.accuracy_high),
        "f1": price.f1_macro_raw,
        "f1_difference": price.f1_macro_difference,
        "f1_range": _range(price.f1_macro_low, price.f1_macro_high),
        "verdict": "yes" if is_kept else "no",
    }


def _range(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return ""
    return f"{points_text(low)} to {points_text(high)}"
