"""What the ensemble is made of and what it gains over its best member."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import hypot

from reports.apart import find_pair, is_apart
from reports.choice import choice_caution
from reports.history import Report
from reports.numbers import points_text
from reports.page import Fragment, empty, tables_fragment
from reports.ranking import Entry, Ranking, rank
from reports.tables import Column, Table, Value, known, make_table
from reports.terms import column


def ensemble(report: Report) -> Fragment:
    """One table for every ensemble: its members and itself."""
    found = [
        (ranking, entry)
        for ranking in rank(report.run)
        for entry in ranking.entries
        if entry.record.role == "stack"
    ]
    if not found:
        return empty("No ensemble ended with a score in this run.")
    tables = [_table(ranking, entry) for ranking, entry in found]
    titles = [f"{ranking.title}: {_outcome(ranking, entry)}" for ranking, entry in found]
    intro = (
        "A stack is fitted on its members' out-of-fold predictions. A vote is fitted on nothing:"
        " soft, it takes the class of the largest mean probability; hard, where a member gives no"
        " probabilities, the class that most members name."
    )
    caution = choice_caution(report.run)
    return tables_fragment(f"{intro} {caution}".strip(), tables, titles=titles)


def _table(ranking: Ranking, stack: Entry) -> Table:
    columns = [
        Column(key="model", title="Model"),
        Column(key="part", title="Part"),
        column(ranking.metric),
        Column(key="cross_validation", title="Mean over folds", kind="score"),
        Column(key="weight", title="Weight", kind="percent", unit="%", bar=True),
        column("gain"),
        replace(column("fit_seconds"), better=""),  # a meta-model's is always the least
    ]
    rows = list(_rows(ranking, stack))
    key = f"ensemble-{ranking.task}-{ranking.split}-{stack.name}"
    caption = f"{stack.name} on {ranking.title}: {_outcome(ranking, stack)}"
    return make_table(key, caption, known(columns, rows), rows)


def _rows(ranking: Ranking, stack: Entry) -> Iterator[dict[str, Value]]:
    members = _members(ranking, stack)
    for part, entry in (("ensemble", stack), *(("member", member) for member in members)):
        folds = entry.record.cross_validation
        yield {
            "model": entry.name,
            "part": f"{entry.record.voting} vote" if entry.record.voting else part,
            ranking.metric: entry.estimate.value,
            "cross_validation": folds.mean if folds else None,
            "weight": stack.record.member_weights.get(entry.record.model),
            "gain": entry.estimate.value - members[0].estimate.value if members else None,
            "fit_seconds": entry.record.seconds.get("fit"),
        }


def _members(ranking: Ranking, stack: Entry) -> list[Entry]:
    """The members that have a score of their own, best first."""
    return [
        entry
        for entry in ranking.entries
        if entry.record.model in stack.record.members and entry.record.seed == stack.record.seed
    ]


def _outcome(ranking: Ranking, stack: Entry) -> str:
    members = _members(ranking, stack)
    if not members:
        return "its members have no score of their own"
    best = members[0]
    gain = stack.estimate.value - best.estimate.value
    certain = "told apart" if is_apart(ranking, stack, best) else "not told apart"
    return (
        f"{points_text(gain)} points over {best.name} ({_range(ranking, stack, best)}; {certain})"
    )


def _range(ranking: Ranking, stack: Entry, best: Entry) -> str:
    """The interval of the gain: of the paired test, or from both intervals."""
    pair = find_pair(ranking, stack, best)
    if pair and pair.low is not None and pair.high is not None:
        return f"{points_text(pair.low)} to {points_text(pair.high)}"
    gain = stack.estimate.value - best.estimate.value
    half = hypot(stack.estimate.half_width, best.estimate.half_width)
    return f"{points_text(gain - half)} to {points_text(gain + half)}" if half else "no interval"
