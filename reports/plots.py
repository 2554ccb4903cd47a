"""Plots, drawn beforehand to SVG: readable without scripts, coloured by the page's style sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import floor, log10
from typing import Any, Final

import vl_convert
from markupsafe import Markup, escape

from reports.page import render

# The style sheet finds these colours in the SVG and gives them their dark twins.
INK: Final = "#1b1f24"
MUTED: Final = "#57606a"
GRID: Final = "#d8dde3"
SERIES: Final = ("#0072b2", "#d55e00", "#009e73", "#aa4499", "#8a6d00", "#56b4e9")
SHAPES: Final = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
DASHES: Final = ([1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [4, 4], [1, 3])
SAID: Final = {"description": {"field": "said", "type": "nominal"}}
"""What a screen reader says of a mark: the row's ``said``."""
WIDTH: Final = 700
# To the right is room for the name of the last point.
PADDING: Final = {"left": 4, "top": 4, "right": 48, "bottom": 4}
FONT: Final = "system-ui, sans-serif"

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
"""Of every plot. Plots are said in Vega-Lite's own terms: https://vega.github.io/vega-lite/docs."""

Rows = Sequence[dict[str, Any]]
Chart = dict[str, Any]
Part = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Axis:
    """One axis: the key of its values, its title with the unit, and its scale."""

    key: str
    title: str
    scale: str = "linear"


def line_plot(rows: Rows, *, x: Axis, y: Axis, series: str, height: int = 260) -> Chart:
    """One line with points for every series, told apart by colour, shape and dash."""
    names = list(dict.fromkeys(row[series] for row in rows))
    colored = _places(x, y, rows) | {"color": _by_series(series, names, SERIES)}
    lines = {
        "mark": {"type": "line", "strokeWidth": 2, "aria": False},
        "encoding": colored | {"strokeDash": _by_series(series, names, DASHES)},
    }
    points = {
        "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
        "encoding": colored | {"shape": _by_series(series, names, SHAPES), **SAID},
    }
    return _layered(rows, lines, points, width=WIDTH, height=height)


def scatter_plot(rows: Rows, *, x: Axis, y: Axis, series: str, width: int = WIDTH) -> Chart:
    """A point for every row; the texts under ``above`` and ``below`` stand beside them."""
    names = list(dict.fromkeys(row[series] for row in rows))
    places = _places(x, y, rows)
    told_apart = {
        "color": _by_series(series, names, SERIES),
        "shape": _by_series(series, names, SHAPES),
    }
    points = {
        "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
        "encoding": places | told_apart | SAID,
    }
    text = {
        "type": "text", "align": "left", "dx": 7, "color": INK, "fontSize": 11, "aria": False,
    }  # fmt: skip
    above, below = (
        {
            "mark": text | {"dy": shift},
            "encoding": places | {"text": {"field": key, "type": "nominal"}},
        }
        for key, shift in (("above", -7), ("below", 9))
    )
    return _layered(rows, points, above, below, width=width, height=260)


def span_plot(rows: Rows, *, x: Axis, order: Sequence[str]) -> Chart:
    """A bar from ``low`` to ``high`` for every row on its ``name``'s line, with a tick ``at``."""
    line = {
        "field": "name",
        "type": "nominal",
        "title": None,
        "sort": list(order),
        "axis": {"minExtent": _extent(order), "labelLimit": 260},
    }
    from_low = {
        "field": "low", "type": "quantitative", "title": x.title, "scale": {"zero": False},
    }  # fmt: skip
    bars = {
        "mark": {
            "type": "bar", "height": 9, "color": SERIES[0], "opacity": 0.55, "stroke": INK,
            "strokeWidth": 0.6,
        },
        "encoding": {"y": line, "x": from_low, "x2": {"field": "high"}, **SAID},
    }  # fmt: skip
    ticks = {
        "mark": {"type": "tick", "color": INK, "thickness": 3, "size": 14, "aria": False},
        "encoding": {"y": line, "x": {"field": "at", "type": "quantitative"}},
    }
    return _layered(rows, bars, ticks, width=WIDTH - 120, height={"step": 22})


def _layered(rows: Rows, *layers: Part, width: int, height: int | Part) -> Chart:
    """One over the other."""
    data = {"values": list(rows)}
    return {"data": data, "layer": list(layers), "width": width, "height": height, "config": STYLE}


def _extent(names: Sequence[str]) -> float:
    """Room for the names: the page's font is wider than the one that vl-convert measures."""
    return 7.5 * max(map(len, names), default=0)


def figure(chart: Chart, *, caption: str) -> Markup:
    """The chart as a figure with its caption."""
    return render("figure.html", {"svg": draw(chart, caption=caption), "caption": caption})


def draw(chart: Chart, *, caption: str) -> Markup:
    """The chart as SVG that stands in a page."""
    svg = vl_convert.vegalite_to_svg(chart)
    root = f'<svg role="graphics-document" aria-label="{escape(caption)}"'
    # vl-convert escapes the texts and descriptions that it draws.
    return Markup(re.sub(r'^<svg(.*?) class="marks"', rf'{root}\1 class="plot"', svg, count=1))


def _places(x: Axis, y: Axis, rows: Rows) -> Part:
    return {"x": _along(x, rows), "y": _along(y, rows)}


def _along(axis: Axis, rows: Rows) -> Part:
    return {
        "field": axis.key,
        "type": "temporal" if axis.scale == "utc" else "quantitative",
        "title": axis.title,
        "scale": _scale(axis),
        "axis": _ticks(axis, rows),
    }


def _ticks(axis: Axis, rows: Rows) -> Part:
    if axis.scale == "log":
        powers = {floor(log10(row[axis.key])) for row in rows}
        return {"values": [10.0**power for power in range(min(powers), max(powers) + 2)]}
    if axis.scale == "utc":
        return _time_ticks([datetime.fromisoformat(row[axis.key]) for row in rows])
    return {}


def _time_ticks(moments: Sequence[datetime]) -> Part:
    days = (max(moments) - min(moments)).days
    if not days:
        return {"format": "%H:%M", "tickCount": 5}
    every = {"interval": "day", "step": max(1, days // 5)}
    return {"format": "%Y-%m-%d", "tickCount": every}


def _scale(axis: Axis) -> Part:
    if axis.scale == "linear":
        return {"zero": False, "padding": 14}
    return {"type": axis.scale, "padding": 14}


def _by_series(series: str, names: Sequence[str], values: Sequence[object]) -> Part:
    used = [values[place % len(values)] for place in range(len(names))]
    return {"field": series, "type": "nominal", "scale": {"domain": list(names), "range": used}}
