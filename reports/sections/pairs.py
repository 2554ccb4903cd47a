"""Who is ahead of whom, and whether that is more than chance."""

from __future__ import annotations

from markupsafe import Markup

from reports.heat import Heat, HeatCell, heat_table
from reports.history import Report
from reports.numbers import points_text
from reports.page import Fragment, empty, render
from reports.plots import Axis, figure, span_plot
from reports.ranking import Entry, Ranking, are_apart, leading_field, rank
from reports.run import Run
from reports.summary import Comparison, Pair


def pairs(report: Report) -> Fragment:
    """One table for every task and split: the row's score less the column's, in points."""
    rankings = [ranking for ranking in rank(report.run) if len(ranking.entries) > 1]
    if not rankings:
        return empty("Fewer than two models have a score: there is no pair to compare.")
    heats = [_heat(ranking, _comparison(report.run, ranking)) for ranking in rankings]
    named = list(zip([ranking.title for ranking in rankings], heats, strict=True))
    plots = [_rank_plot(comparison) for comparison in report.run.summary.comparisons]
    html = render("pairs.html", {"named": named, "plots": plots})
    return Fragment(html=html, tables=tuple(heat_table(heat, kind="plain") for heat in heats))


def _rank_plot(comparison: Comparison) -> Markup:
    """Mean ranks with half the critical difference to each side."""
    half = (comparison.critical_difference or 0.0) / 2
    ranks = sorted(comparison.mean_ranks.items(), key=lambda item: (item[1], item[0]))
    if not ranks:
        return Markup("")
    rows = [
        {"name": name, "low": mean - half, "at": mean, "high": mean + half,
         "said": f"{name}: mean rank {mean:.2f}"}
        for name, mean in ranks
    ]  # fmt: skip
    chart = span_plot(
        rows, x=Axis(key="at", title="Mean rank (1 is best)"), order=[name for name, _ in ranks]
    )
    where = f"{comparison.task} · {comparison.split}"
    difference = (
        f"critical difference {2 * half:.2f}" if half else "no critical difference recorded"
    )
    caption = f"Mean ranks on {where}; models whose bars overlap are not told apart ({difference})"
    return figure(chart, caption=caption)


def _comparison(run: Run, ranking: Ranking) -> Comparison | None:
    wanted = (ranking.task, ranking.split, ranking.metric)
    found = (test for test in run.summary.comparisons
             if (test.task, test.split, test.metric) == wanted)  # fmt: skip
    return next(found, None)


def _heat(ranking: Ranking, comparison: Comparison | None) -> Heat:
    tested = {(pair.first, pair.second): pair for pair in comparison.pairs} if comparison else {}
    method = comparison.method if comparison and tested else "intervals"
    field = leading_field(ranking)
    widest = abs(field[0].estimate.value - field[-1].estimate.value) or 1.0
    return Heat(
        key=f"pairs-{ranking.task}-{ranking.split}",
        caption=f"Row less column on {ranking.title}, in points; ≈ where not told apart ({method})",
        corner="model",
        columns=tuple(entry.name for entry in ranking.entries),
        rows={
            first.name: tuple(
                _cell(first, second, tested.get((first.name, second.name)), widest)
                for second in ranking.entries
            )
            for first in ranking.entries
        },
    )


def _cell(first: Entry, second: Entry, pair: Pair | None, widest: float) -> HeatCell:
    if first is second:
        return HeatCell(value=None, text="")
    difference = pair.difference if pair else first.estimate.value - second.estimate.value
    if not _is_apart(first, second, pair):
        return HeatCell(value=100 * difference, text="≈", note=f"{points_text(difference)} points")
    return HeatCell(
        value=100 * difference,
        text=points_text(difference),
        level=min(1.0, abs(difference) / widest),
        shade="hit" if difference > 0 else "miss",
    )


def _is_apart(first: Entry, second: Entry, pair: Pair | None) -> bool:
    if pair and pair.low is not None and pair.high is not None:
        return not pair.low <= 0 <= pair.high
    return are_apart(first.estimate, second.estimate)
