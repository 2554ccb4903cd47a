"""How much of every class each model finds."""

from __future__ import annotations

from typing import Final

from reports.heat import Heat, HeatCell, heat_table
from reports.history import Report
from reports.numbers import NONE, count_text
from reports.page import Fragment, empty, render
from reports.ranking import Entry, Ranking, rank, wilson
from reports.records import ClassScore

RARE_BELOW: Final = 30


def classes(report: Report) -> Fragment:
    """One map for every task and split: classes down (rarest last), models across."""
    rankings = [ranking for ranking in rank(report.run) if _classes_of(ranking)]
    if not rankings:
        return empty("No record carries scores by class.")
    heats = [_heat(ranking) for ranking in rankings]
    named = list(zip([ranking.title for ranking in rankings], heats, strict=True))
    html = render("classes.html", {"named": named, "rare_below": RARE_BELOW})
    return Fragment(html=html, tables=tuple(heat_table(heat, kind="score") for heat in heats))


def _classes_of(ranking: Ranking) -> dict[str, int]:
    """The classes with their test flows, most first."""
    supports: dict[str, int] = {}
    for entry in ranking.all:
        for name, score in entry.record.per_class.items():
            supports[name] = max(score.support, supports.get(name, 0))
    return dict(sorted(supports.items(), key=lambda item: (-item[1], item[0])))


def _heat(ranking: Ranking) -> Heat:
    return Heat(
        key=f"recall-{ranking.task}-{ranking.split}",
        caption=f"Recall of every class on {ranking.title}",
        corner="class",
        columns=tuple(entry.name for entry in ranking.all),
        rows={
            _row_title(name, support): tuple(_cell(entry, name) for entry in ranking.all)
            for name, support in _classes_of(ranking).items()
        },
    )


def _row_title(name: str, support: int) -> str:
    if support >= RARE_BELOW:
        return name
    return f"{name} (rare: {count_text(support)})" if support else f"{name} (no test flow)"


def _cell(entry: Entry, name: str) -> HeatCell:
    score = entry.record.per_class.get(name)
    if score is None or score.support <= 0 or not 0 <= score.recall <= 1:
        return HeatCell(value=None, text="", note="no test flow" if score else "not scored")
    return HeatCell(
        value=score.recall,
        text=_text(score),
        level=1 - score.recall,
        shade="miss",
        note=_note(score),
    )


def _text(score: ClassScore) -> str:
    """The recall; of a rare class its interval, since the number alone would say too much."""
    if score.support >= RARE_BELOW:
        return f"{score.recall:.2f}"
    low, high = _interval(score)
    return f"{low:.2f}{NONE}{high:.2f}"


def _note(score: ClassScore) -> str:
    low, high = _interval(score)
    said = (
        f"{score.recall:.3f} ({low:.3f} to {high:.3f}) of {score.support:,} flows; "
        f"precision {score.precision:.3f}"
    )
    if score.precision_interval is None:
        return said
    low, high = score.precision_interval
    return f"{said} ({low:.3f} to {high:.3f})"


def _interval(score: ClassScore) -> tuple[float, float]:
    return score.recall_interval or wilson(score.recall, score.support)
