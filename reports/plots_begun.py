"""To be imported while there is time: the first plot of a process starts what draws them all.

That takes some 0.4 s, and holds whoever else runs Python in the process.
"""

from __future__ import annotations

from reports.plots import Axis, draw, span_plot

draw(
    span_plot(
        [{"name": "", "low": 0, "high": 1, "at": 0, "said": ""}],
        x=Axis(key="low", title=""),
        order=[""],
    ),
    caption="",
)
