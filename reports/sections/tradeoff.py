"""What a better score costs: which models no other beats in both score and cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from markupsafe import Markup

from reports.headline import metric_title
from reports.history import Report
from reports.numbers import MEBIBYTE, number_text, score_text
from reports.page import Fragment, empty, tables_fragment
from reports.plots import WIDTH, Axis, figure, scatter_plot
from reports.ranking import Entry, Ranking, leading_field, rank
from reports.records import Record
from reports.tables import Column, Table, Value, make_table
from reports.terms import TERMS, column

DECADE: Final = 10
INTRO: Final = (
    "A model is on the front of a cost when no other has a better score at the same cost or "
    "less. Models on the front carry their names. An ensemble's cost includes its members'."
)
JOINED: Final[Mapping[str, Callable[[Sequence[float]], float]]] = {
    "fit_seconds": sum,
    "predict_seconds": sum,
    "peak_memory_bytes": max,
    "model_bytes": sum,
}


def tradeoff(report: Report) -> Fragment:
    """Score against each cost for every task, and on which fronts each model lies."""
    rankings = [ranking for ranking in rank(report.run) if _fronts(ranking)]
    if not rankings:
        return empty("No record carries a cost.")
    firsts = {ranking.task: ranking for ranking in reversed(rankings)}
    tasks = dict.fromkeys(ranking.task for ranking in rankings)
    plots = [_plot(firsts[task], cost) for task in tasks for cost in _fronts(firsts[task])]
    grid = Markup('<div class="plots">{}</div>').format(Markup("").join(plots))
    tables = [_table(ranking) for ranking in rankings]
    titles = [ranking.title for ranking in rankings]
    return tables_fragment(INTRO, tables, titles=titles, plots=[grid])


def cost_of(ranking: Ranking, entry: Entry, cost: str) -> float | None:
    """The case's cost, an ensemble's with its members'; ``None`` where it was not measured."""
    parts = [_recorded(part.record, cost) for part in (entry, *_members(ranking, entry))]
    known = [part for part in parts if part is not None]
    return JOINED[cost](known) if known and parts[0] is not None else None


def _members(ranking: Ranking, entry: Entry) -> list[Entry]:
    return [
        other
        for other in ranking.entries
        if other.record.model in entry.record.members and other.record.seed == entry.record.seed
    ]


def _recorded(record: Record, cost: str) -> float | None:
    costs = {
        "fit_seconds": record.seconds.get("fit"),
        "predict_seconds": record.seconds.get("predict"),
        "peak_memory_bytes": record.peak_memory_bytes,
        "model_bytes": record.model_bytes,
    }
    # A cost of 0 was not measured: the clock is finer than any fit.
    spent = costs[cost]
    return spent if spent is not None and spent > 0 else None


def _fronts(ranking: Ranking) -> Mapping[str, frozenset[str]]:
    """The names on the front of every cost that was measured."""
    fronts = {cost: _front(ranking, cost) for cost in JOINED}
    return {cost: front for cost, front in fronts.items() if front}


def _front(ranking: Ranking, cost: str) -> frozenset[str]:
    front: list[str] = []
    cheapest = float("inf")
    for entry in ranking.entries:
        spent = cost_of(ranking, entry, cost)
        if spent is not None and spent < cheapest:
            front.append(entry.name)
            cheapest = spent
    return frozenset(front)


def _plot(ranking: Ranking, cost: str) -> Markup:
    front = _fronts(ranking)[cost]
    field = leading_field(ranking)
    drawn = [entry for entry in field if cost_of(ranking, entry, cost)]
    behind = [entry.name for entry in ranking.entries if entry not in field]
    rows = [
        _point(entry, cost_of(ranking, entry, cost) or 0.0, cost=cost, front=front, turn=turn)
        for turn, entry in enumerate(drawn)
    ]
    title = metric_title(ranking.metric)
    chart = scatter_plot(
        rows,
        x=_cost_axis(cost, [cost_of(ranking, entry, cost) or 0.0 for entry in drawn]),
        y=Axis(key="score", title=title[:1].upper() + title[1:]),
        series="place",
        width=WIDTH // 2,
    )
    caption = f"Score against {TERMS[cost].title.lower()} on {ranking.title}"
    if behind:
        caption += f"; far behind and not drawn: {', '.join(behind)}"
    return figure(chart, caption=caption)


def _cost_axis(cost: str, spent: Sequence[float]) -> Axis:
    title = TERMS[cost].full_title
    if max(spent) < DECADE * min(spent):
        return Axis(key="spent", title=title)
    return Axis(key="spent", title=f"{title}, log scale", scale="log")


def _point(
    entry: Entry, spent: float, *, cost: str, front: frozenset[str], turn: int
) -> dict[str, object]:
    """One point; names stand above and below by turns, as neighbours lie close."""
    name = entry.name if entry.name in front else ""
    text = f"{number_text(spent, TERMS[cost].kind)} {TERMS[cost].unit}"
    return {
        "spent": spent / MEBIBYTE if TERMS[cost].kind == "mebibytes" else spent,
        "score": entry.estimate.value,
        "place": "on the front" if entry.name in front else "behind it",
        "above": "" if turn % 2 else name,
        "below": name if turn % 2 else "",
        "said": f"{entry.name}: {score_text(entry.estimate.value)} at {text}",
    }


def _table(ranking: Ranking) -> Table:
    fronts = _fronts(ranking)
    columns = [
        Column(key="model", title="Model"),
        column(ranking.metric),
        *(
            column_pair
            for cost in fronts
            for column_pair in (
                column(cost),
                Column(key=f"{cost}_front", title="On its front"),
            )
        ),
    ]
    rows = [_row(ranking, entry, fronts) for entry in ranking.entries]
    key = f"tradeoff-{ranking.task}-{ranking.split}"
    return make_table(key, f"Score and cost on {ranking.title}", columns, rows)


def _row(ranking: Ranking, entry: Entry, fronts: Mapping[str, frozenset[str]]) -> dict[str, Value]:
    row: dict[str, Value] = {"model": entry.name, ranking.metric: entry.estimate.value}
    for cost, front in fronts.items():
        row[cost] = cost_of(ranking, entry, cost)
        row[f"{cost}_front"] = "✓" if entry.name in front else ""
    return row
