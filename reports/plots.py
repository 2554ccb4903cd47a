"""Plots, drawn beforehand to SVG: readable without scripts, coloured by the page's style sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import floor, log10
from typing import Any, Final

import altair as alt
import vl_convert
from altair.utils.schemapi import debug_mode
from markupsafe import Markup, escape

from reports.page import render

# The style sheet finds these colours in the SVG and gives them their dark twins.
INK: Final = "#1b1f24"
MUTED: Final = "#57606a"
GRID: Final = "#d8dde3"
SERIES: Final = ("#0072b2", "#d55e00", "#009e73", "#aa4499", "#8a6d00", "#56b4e9")
SHAPES: Final = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
DASHES: Final = ([1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [4, 4], [1, 3])
WIDTH: Final = 700
# To the right is room for the name of the last point.
PADDING: Final = {"left": 4, "top": 4, "right": 48, "bottom": 4}
FONT: Final = "system-ui, sans-serif"
# Checking each part of a chart of ours against the schema takes as long as drawing it.
UNCHECKED: Final = debug_mode(arg=False)

STYLE: Final = {
    "background": "transparent",
    "font": FONT,
    "padding": PADDING,
    "view": {"continuousWidth": 300, "continuousHeight": 300, "stroke": None},
    "axis": {
        "labelColor": MUTED, "titleColor": INK, "gridColor": GRID, "domainColor": MUTED,
        "tickColor": MUTED, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal",
        "titlePadding": 12, "tickCount": 6,
    },
    "legend": {
        "orient": "top", "title": None, "labelColor": INK, "labelFontSize": 12, "symbolSize": 80,
        "columns": 5, "labelLimit": 200, "columnPadding": 28, "symbolStrokeWidth": 0,
    },
}  # fmt: skip
"""Of every plot, in Vega-Lite's own terms: Altair copies a whole chart for each part of it."""

Rows = Sequence[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Axis:
    """One axis: the key of its values, its title with the unit, and its scale."""

    key: str
    title: str
    scale: str = "linear"


@UNCHECKED
def line_plot(rows: Rows, *, x: Axis, y: Axis, series: str, height: int = 260) -> alt.LayerChart:
    """One line with points for every series, told apart by colour, shape and dash."""
    names = list(dict.fromkeys(row[series] for row in rows))
    base = alt.Chart(alt.InlineData(values=list(rows))).encode(
        x=_x(x, rows),
        y=_y(y, rows),
        color=_by_series(alt.Color, series, names, SERIES),
    )
    lines = base.mark_line(strokeWidth=2, aria=False).encode(
        strokeDash=_by_series(alt.StrokeDash, series, names, DASHES)
    )
    points = base.mark_point(filled=True, size=60, opacity=1).encode(
        shape=_by_series(alt.Shape, series, names, SHAPES), description="said:N"
    )
    return _layered(lines, points).properties(width=WIDTH, height=height)


@UNCHECKED
def scatter_plot(
    rows: Rows, *, x: Axis, y: Axis, series: str, width: int = WIDTH
) -> alt.LayerChart:
    """A point for every row; the texts under ``above`` and ``below`` stand beside them."""
    names = list(dict.fromkeys(row[series] for row in rows))
    base = alt.Chart(alt.InlineData(values=list(rows))).encode(x=_x(x, rows), y=_y(y, rows))
    points = base.mark_point(filled=True, size=70, opacity=1).encode(
        color=_by_series(alt.Color, series, names, SERIES),
        shape=_by_series(alt.Shape, series, names, SHAPES),
        description="said:N",
    )
    above, below = (
        base.mark_text(align="left", dx=7, dy=shift, color=INK, fontSize=11, aria=False).encode(
            text=f"{key}:N"
        )
        for key, shift in (("above", -7), ("below", 9))
    )
    return _layered(points, above, below).properties(width=width, height=260)


@UNCHECKED
def span_plot(rows: Rows, *, x: Axis, order: Sequence[str]) -> alt.LayerChart:
    """A bar from ``low`` to ``high`` for every row on its ``name``'s line, with a tick ``at``."""
    base = alt.Chart(alt.InlineData(values=list(rows))).encode(
        y=alt.Y(
            "name:N",
            title=None,
            sort=list(order),
            axis=alt.Axis(minExtent=_extent(order), labelLimit=260),
        ),
    )
    bars = base.mark_bar(
        height=9, color=SERIES[0], opacity=0.55, stroke=INK, strokeWidth=0.6
    ).encode(
        x=alt.X("low:Q", title=x.title, scale=alt.Scale(zero=False)),
        x2="high:Q",
        description="said:N",
    )
    ticks = base.mark_tick(color=INK, thickness=3, size=14, aria=False).encode(x="at:Q")
    return _layered(bars, ticks).properties(width=WIDTH - 120, height={"step": 22})


def _layered(*charts: alt.Chart) -> alt.LayerChart:
    """One over the other; ``+`` would copy those below for each that comes above."""
    return alt.LayerChart(layer=list(charts))


def _extent(names: Sequence[str]) -> float:
    """Room for the names: the page's font is wider than the one that vl-convert measures."""
    return 7.5 * max(map(len, names), default=0)


def figure(chart: alt.LayerChart, *, caption: str) -> Markup:
    """The chart as a figure with its caption."""
    return render("figure.html", {"svg": draw(chart, caption=caption), "caption": caption})


@UNCHECKED
def draw(chart: alt.LayerChart, *, caption: str) -> Markup:
    """The chart as SVG that stands in a page."""
    drawn = chart.to_dict(validate=False)
    drawn["config"] = STYLE
    svg = vl_convert.vegalite_to_svg(drawn)
    root = f'<svg role="graphics-document" aria-label="{escape(caption)}"'
    # vl-convert escapes the texts and descriptions that it draws.
    return Markup(re.sub(r'^<svg(.*?) class="marks"', rf'{root}\1 class="plot"', svg, count=1))


def _x(axis: Axis, rows: Rows) -> alt.X:
    kind = "T" if axis.scale == "utc" else "Q"
    return alt.X(
        f"{axis.key}:{kind}", title=axis.title, scale=_scale(axis), axis=_ticks(axis, rows)
    )


def _y(axis: Axis, rows: Rows) -> alt.Y:
    return alt.Y(f"{axis.key}:Q", title=axis.title, scale=_scale(axis), axis=_ticks(axis, rows))


def _ticks(axis: Axis, rows: Rows) -> alt.Axis:
    if axis.scale == "log":
        powers = {floor(log10(row[axis.key])) for row in rows}
        return alt.Axis(values=[10.0**power for power in range(min(powers), max(powers) + 2)])
    if axis.scale == "utc":
        return _time_ticks([datetime.fromisoformat(row[axis.key]) for row in rows])
    return alt.Axis()


def _time_ticks(moments: Sequence[datetime]) -> alt.Axis:
    days = (max(moments) - min(moments)).days
    if not days:
        return alt.Axis(format="%H:%M", tickCount=5)
    every = alt.TimeIntervalStep(interval="day", step=max(1, days // 5))
    return alt.Axis(format="%Y-%m-%d", tickCount=every)


def _scale(axis: Axis) -> alt.Scale:
    if axis.scale == "linear":
        return alt.Scale(zero=False, padding=14)
    return alt.Scale(type=axis.scale, padding=14)  # type: ignore[arg-type]


def _by_series(channel: Any, series: str, names: Sequence[str], values: Sequence[Any]) -> Any:  # noqa: ANN401
    used = [values[place % len(values)] for place in range(len(names))]
    return channel(f"{series}:N", scale=alt.Scale(domain=list(names), range=used))
