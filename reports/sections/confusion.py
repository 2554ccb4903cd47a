"""Which classes are taken for which: the winner's confusion matrix, and any other's on demand."""

from __future__ import annotations

from collections.abc import Sequence

from reports.heat import Heat, HeatCell, heat_table
from reports.history import Report
from reports.page import Fragment, empty, render, tables_fragment
from reports.ranking import Entry, Ranking, rank
from reports.tables import Column, Table, Value, make_table

MISTAKES_SHOWN = 12


def confusion(report: Report) -> Fragment:
    """One matrix for every task and split, of its best model; scripts show the others."""
    rankings = [ranking for ranking in rank(report.run) if _drawn(ranking)]
    if not rankings:
        return empty("No record carries a confusion matrix.")
    heats = [_heat(ranking, _drawn(ranking)[0]) for ranking in rankings]
    html = render(
        "confusion.html",
        {
            "named": list(zip([ranking.title for ranking in rankings], heats, strict=True)),
            "models": {
                heat.anchor: [entry.name for entry in _drawn(ranking)]
                for ranking, heat in zip(rankings, heats, strict=True)
            },
            "matrices": {
                heat.anchor: [_sparse(entry.record.confusion) for entry in _drawn(ranking)]
                for ranking, heat in zip(rankings, heats, strict=True)
            },
        },
    )
    mistakes = [_mistakes(ranking, _drawn(ranking)[0]) for ranking in rankings]
    titles = [f"Most frequent mistakes on {ranking.title}" for ranking in rankings]
    shown = tables_fragment("", mistakes, titles=titles)
    matrices = tuple(heat_table(heat, kind="count") for heat in heats)
    return Fragment(html=html + shown.html, tables=(*matrices, *mistakes))


def _drawn(ranking: Ranking) -> list[Entry]:
    """The cases whose matrix fits the names of their classes."""
    return [
        entry
        for entry in ranking.all
        if entry.record.confusion
        and len(entry.record.confusion) == len(entry.record.per_class)
        and all(len(row) == len(entry.record.per_class) for row in entry.record.confusion)
    ]


def _heat(ranking: Ranking, entry: Entry) -> Heat:
    names = tuple(entry.record.per_class)
    return Heat(
        key=f"confusion-{ranking.task}-{ranking.split}",
        caption=f"Confusion of {entry.name} on {ranking.title}, in % of each true class",
        corner="true \N{DOWNWARDS ARROW} taken for \N{RIGHTWARDS ARROW}",
        columns=names,
        rows={
            name: tuple(_cells(row, place))
            for place, (name, row) in enumerate(zip(names, entry.record.confusion, strict=True))
        },
    )


def _cells(row: Sequence[int], place: int) -> list[HeatCell]:
    total = sum(row)
    return [
        HeatCell(
            value=count,
            text=_share_text(count, total),
            level=count / total if total else 0.0,
            shade=("hit" if here == place else "miss") if count else "",
            count=count,
        )
        for here, count in enumerate(row)
    ]


def _share_text(count: int, total: int) -> str:
    if not count:
        return ""
    percent = 100 * count / total
    return "<1" if percent < 1 else f"{percent:.0f}"


def _mistakes(ranking: Ranking, entry: Entry) -> Table:
    """The pairs of classes that cost the best model most, most flows first."""
    names = tuple(entry.record.per_class)
    matrix = entry.record.confusion
    wrong = [
        (count, sum(row), true, taken)
        for true, row in zip(names, matrix, strict=True)
        for taken, count in zip(names, row, strict=True)
        if count and true != taken
    ]
    total = sum(count for count, *_ in wrong)
    columns = [
        Column(key="true", title="True class"),
        Column(key="taken", title="Taken for"),
        Column(key="flows", title="Flows", kind="count", bar=True),
        Column(key="of_mistakes", title="Of all mistakes", kind="percent", unit="%"),
        Column(key="of_class", title="Of the true class", kind="percent", unit="%"),
    ]
    rows: list[dict[str, Value]] = [
        {"true": true, "taken": taken, "flows": count,
         "of_mistakes": count / total, "of_class": count / support}
        for count, support, true, taken in sorted(wrong, key=lambda one: -one[0])[:MISTAKES_SHOWN]
    ]  # fmt: skip
    key = f"mistakes-{ranking.task}-{ranking.split}"
    caption = f"Most frequent mistakes of {entry.name} on {ranking.title}"
    return make_table(key, caption, columns, rows)


def _sparse(matrix: Sequence[Sequence[int]]) -> list[list[int]]:
    """Each row as column, count, column, count …, without the zeros."""
    return [
        [number for place, count in enumerate(row) if count for number in (place, count)]
        for row in matrix
    ]
