"""Who is ahead of whom, and whether that is more than chance."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from markupsafe import Markup

from reports.apart import find_pair, is_apart
from reports.comparison import Chances, Comparison, Pair
from reports.heat import Heat, HeatCell, heat_table
from reports.history import Report
from reports.numbers import plain_text, points_text
from reports.page import Fragment, empty, render
from reports.plots import Axis, figure, span_plot
from reports.ranking import Entry, Ranking, leading_field, rank
from reports.tables import Column, Table, Value, known, make_table
from reports.terms import column


def pairs(report: Report) -> Fragment:
    """For every task and split the best against all others, and a map of every two models."""
    rankings = [ranking for ranking in rank(report.run) if len(ranking.entries) > 1]
    if not rankings:
        return empty("Fewer than two models have a score: there is no pair to compare.")
    heats, tables = [_heat(ranking) for ranking in rankings], [_table(one) for one in rankings]
    named = list(zip([one.title for one in rankings], heats, tables, strict=True))
    ranked = [test for test in report.run.summary.comparisons if test.mean_ranks]
    # The ranks over all tasks and splits come last from the run, and first to the reader.
    plots = [_rank_plot(test) for test in sorted(ranked, key=lambda test: bool(test.pairs))]
    return Fragment(
        html=render("pairs.html", {"named": named, "plots": plots}),
        tables=(
            *(heat_table(heat, kind="plain") for heat in heats),
            *(table for table in tables if table),
        ),
    )


def _rank_plot(comparison: Comparison) -> Markup:
    """Mean ranks with half the critical difference to each side, within the ranks there are."""
    half = (comparison.critical_difference or 0.0) / 2
    ranks = sorted(comparison.mean_ranks.items(), key=lambda item: (item[1], item[0]))
    rows = [
        {"name": name, "low": max(1, mean - half), "at": mean,
         "high": min(len(ranks), mean + half), "said": f"{name}: mean rank {mean:.2f}"}
        for name, mean in ranks
    ]  # fmt: skip
    chart = span_plot(
        rows, x=Axis(key="at", title="Mean rank (1 is best)"), order=[name for name, _ in ranks]
    )
    return figure(chart, caption=_rank_caption(comparison, 2 * half))


def _rank_caption(comparison: Comparison, difference: float) -> str:
    blocks = f" over {comparison.blocks} folds and seeds" if comparison.blocks else ""
    chance = (
        f", Friedman p {plain_text(comparison.rank_p)}" if comparison.rank_p is not None else ""
    )
    said = f"critical difference {difference:.2f}" if difference else "none recorded"
    return (
        f"Mean ranks on {comparison.task} · {comparison.split}{blocks}; "
        f"models whose bars overlap are not told apart ({said}{chance})"
    )


def _table(ranking: Ranking) -> Table | None:
    """All pairs that were tested, those with the best model first; exported whole."""
    comparison = ranking.comparison
    if comparison is None or not comparison.pairs:
        return None
    columns = [
        Column(key="first", title="Model"),
        Column(key="second", title="Against"),
        Column(key="difference", title="Difference", kind="points", unit="points"),
        Column(key="low", title="Low", kind="points", unit="points"),
        Column(key="high", title="High", kind="points", unit="points"),
        column("p_corrected"),
        Column(
            key="chances", title="Better / equal / worse", unit="%", term="practically_equivalent"
        ),
        column("effect"),
        Column(key="only_first", title="Only it right", kind="count", unit="flows"),
        Column(key="only_second", title="Only other right", kind="count", unit="flows"),
        column("fold_p"),
        Column(key="fold_chances", title="Over folds", unit="%", term="practically_equivalent"),
        Column(key="verdict", title="Verdict"),
    ]
    rows = list(_pair_rows(ranking))
    return make_table(
        f"tests-{ranking.task}-{ranking.split}",
        f"Paired tests on {ranking.title} ({comparison.method})",
        known(columns, rows),
        rows,
    )


def _pair_rows(ranking: Ranking) -> Iterator[dict[str, Value]]:
    for place, first in enumerate(ranking.entries):
        for second in ranking.entries[place + 1 :]:
            if pair := find_pair(ranking, first, second):
                yield pair.model_dump(exclude={"chances", "fold_chances"}) | {
                    "chances": _chances_text(pair.chances),
                    "fold_chances": _chances_text(pair.fold_chances),
                }


def _chances_text(chances: Chances | None) -> str | None:
    if chances is None:
        return None
    parts = (chances.better, chances.equivalent, chances.worse)
    return " / ".join(f"{100 * part:.1f}" for part in parts)


def _heat(ranking: Ranking) -> Heat:
    comparison = ranking.comparison
    method = comparison.method if comparison and comparison.pairs else "intervals"
    if any(find_pair(ranking, *pair) is None for pair in combinations(ranking.entries, 2)):
        method = f"{method}; by intervals where there is no paired test".removeprefix("intervals; ")
    field = leading_field(ranking)
    widest = abs(field[0].estimate.value - field[-1].estimate.value) or 1.0
    return Heat(
        key=f"pairs-{ranking.task}-{ranking.split}",
        caption=f"Row less column on {ranking.title}, in points; ≈ where not told apart ({method})",
        corner="model",
        columns=tuple(entry.name for entry in ranking.entries),
        rows={
            first.name: tuple(_cell(ranking, first, second, widest) for second in ranking.entries)
            for first in ranking.entries
        },
    )


def _cell(ranking: Ranking, first: Entry, second: Entry, widest: float) -> HeatCell:
    if first is second:
        return HeatCell(value=None, text="")
    pair = find_pair(ranking, first, second)
    difference = pair.difference if pair else first.estimate.value - second.estimate.value
    if not is_apart(ranking, first, second):
        return HeatCell(value=100 * difference, text="≈", note=_note(difference, pair))
    return HeatCell(
        value=100 * difference,
        text=points_text(difference),
        level=min(1.0, abs(difference) / widest),
        shade="hit" if difference > 0 else "miss",
        note=_note(difference, pair),
    )


def _note(difference: float, pair: Pair | None) -> str:
    if pair is None or pair.low is None or pair.high is None:
        return f"{points_text(difference)} points"
    ends = f"{points_text(pair.low)} to {points_text(pair.high)}"
    return f"{points_text(difference)} points ({ends}){f'; {pair.verdict}' if pair.verdict else ''}"
