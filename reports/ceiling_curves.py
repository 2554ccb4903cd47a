"""The ceiling by the number of features: the points, a plot, a table, and what to think of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from markupsafe import Markup

from reports.numbers import count_text
from reports.plots import SERIES, Axis, figure, line_plot
from reports.summary import Ceiling
from reports.tables import Column, Table, Value, known, make_table
from reports.terms import column

Place = tuple[str, str]
"""A task and a split."""

Curves = Mapping[Place, Sequence[Ceiling]]

CURVE: Final = (
    Column(key="k", title="Features", kind="count"),
    Column(key="feature", title="The last of them"),
    column("ceiling"),
    column("leave_one_out"),
    column("lone_rows"),
    Column(key="binned", title="Cut into bins", kind="count", unit="features"),
    column("distinct_test_rows"),
)


def curves_of(ceilings: Sequence[Ceiling]) -> dict[Place, list[Ceiling]]:
    """The points of each task and split that has several, by the number of features."""
    places = dict.fromkeys((ceiling.task, ceiling.split) for ceiling in ceilings)
    of_place = {
        place: [ceiling for ceiling in ceilings if (ceiling.task, ceiling.split) == place]
        for place in places
    }
    chosen = {
        place: [point for point in points if point.is_of_curve] or points
        for place, points in of_place.items()
    }
    return {place: points for place, points in chosen.items() if len(points) > 1}


def curve_words(curves: Curves) -> str:
    """How the curves were made, and which way they err."""
    sampled = [point for points in curves.values() for point in points if point.bins]
    if not sampled:
        return ""
    return (
        f"The curves take features in the order of their F. They rest on {_sample(sampled)}, and a "
        f"column of more than {sampled[0].bins} values is cut into that many bins of equally many "
        "rows: a model that sees finer values may beat them. Where feature vectors are rare the "
        "ceiling is too high and leave one out too low, the more so the smaller the sample; where "
        "the two part, it cannot be told what more features are worth."
    )


def _sample(points: Sequence[Ceiling]) -> str:
    """Which rows the curves were computed on."""
    sizes = sorted({point.sampled_rows or point.rows or 0 for point in points})
    size = " to ".join(dict.fromkeys(count_text(end) for end in (sizes[0], sizes[-1])))
    if all(point.sampled_of and point.sampled_of == point.sampled_rows for point in points):
        return f"all {size} rows"
    return f"a seeded random sample of {size} rows"


def curve_plots(curves: Curves) -> list[Markup]:
    """One plot for every task."""
    tasks = dict.fromkeys(task for task, _ in curves)
    return [
        _plot(task, {split: points for (of, split), points in curves.items() if of == task})
        for task in tasks
    ]


def _plot(task: str, of_splits: Mapping[str, Sequence[Ceiling]]) -> Markup:
    """Two lines for each split, as many splits as there are colours for."""
    shown = list(of_splits)[: len(SERIES) // 2]
    rows = [row for split in shown for point in of_splits[split] for row in _plot_rows(point)]
    rows.sort(key=lambda row: str(row["series"]).endswith("leave one out"))
    chart = line_plot(
        rows,
        x=Axis(key="k", title="Number of features"),
        y=Axis(key="value", title="Accuracy"),
        series="series",
    )
    return figure(chart, caption=f"Ceiling on {task} by the number of features")


def _plot_rows(point: Ceiling) -> list[dict[str, object]]:
    lines = {point.split: point.value, f"{point.split}, leave one out": point.leave_one_out}
    return [
        {"k": point.k, "value": value, "series": name,
         "said": f"{name}: {value:.4f} on {point.k} features"}
        for name, value in lines.items() if value is not None
    ]  # fmt: skip


def curve_table(place: Place, points: Sequence[Ceiling]) -> Table:
    """The points of one curve, feature by feature."""
    task, split = place
    rows: list[dict[str, Value]] = [
        {
            "k": point.k,
            "feature": point.feature,
            "ceiling": point.value,
            "leave_one_out": point.leave_one_out,
            "lone_rows": point.lone_rows / point.rows if point.lone_rows and point.rows else None,
            "binned": point.binned,
            "distinct_test_rows": point.distinct_rows,
        }
        for point in points
    ]
    caption = f"Ceiling on {task} · {split} by the number of features{_drawn(points[0])}"
    return make_table(f"ceiling-curve-{task}-{split}", caption, known(CURVE, rows), rows)


def _drawn(point: Ceiling) -> str:
    """How many rows were drawn, out of how many; empty where it is not recorded."""
    if not point.sampled_rows or not point.sampled_of:
        return ""
    drawn, out_of = count_text(point.sampled_rows), count_text(point.sampled_of)
    return f", from {drawn} of {out_of} {point.sampled_from}"
