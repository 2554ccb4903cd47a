"""How much of every class each model finds."""

from __future__ import annotations

from reports.heat import Heat, HeatCell, heat_table
from reports.history import Report
from reports.page import Fragment, empty, render
from reports.ranking import Entry, Ranking, rank, wilson
from reports.records import ClassScore


def classes(report: Report) -> Fragment:
    """One map for every task and split: classes down (rarest last), models across."""
    rankings = [ranking for ranking in rank(report.run) if _classes_of(ranking)]
    if not rankings:
        return empty("No record carries scores by class.")
    heats = [_heat(ranking) for ranking in rankings]
    named = list(zip([ranking.title for ranking in rankings], heats, strict=True))
    html = render("classes.html", {"named": named})
    return Fragment(html=html, tables=tuple(heat_table(heat, kind="score") for heat in heats))


def _classes_of(ranking: Ranking) -> list[str]:
    """The classes by how many test flows they have, most first."""
    supports: dict[str, int] = {}
    for entry in ranking.all:
        for name, score in entry.record.per_class.items():
            supports[name] = max(score.support, supports.get(name, 0))
    return sorted(supports, key=lambda name: (-supports[name], name))


def _heat(ranking: Ranking) -> Heat:
    return Heat(
        key=f"recall-{ranking.task}-{ranking.split}",
        caption=f"Recall of every class on {ranking.title}",
        corner="class",
        columns=tuple(entry.name for entry in ranking.all),
        rows={
            name: tuple(_cell(entry, name) for entry in ranking.all)
            for name in _classes_of(ranking)
        },
    )


def _cell(entry: Entry, name: str) -> HeatCell:
    score = entry.record.per_class.get(name)
    if score is None or score.support <= 0 or not 0 <= score.recall <= 1:
        return HeatCell(value=None, text="", note="no test flow" if score else "not scored")
    return HeatCell(
        value=score.recall,
        text=f"{score.recall:.2f}",
        level=1 - score.recall,
        shade="miss",
        note=_note(score),
    )


def _note(score: ClassScore) -> str:
    low, high = wilson(score.recall, score.support)
    return f"{low:.3f} to {high:.3f}; {score.support:,} flows; precision {score.precision:.3f}"
