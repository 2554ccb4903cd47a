"""How well a model's values rank, detect and are to be believed."""

from __future__ import annotations

from reports.history import Report
from reports.numbers import score_text
from reports.page import Fragment, empty, tables_fragment
from reports.ranking import Entry, Ranking, rank
from reports.tables import Column, Table, Value, known, make_table, with_notes
from reports.terms import column
from reports.value_terms import VALUE_TERMS

INTRO = (
    "Scores of the probabilities or decisions that a model gives to every class, not only of the "
    "class it names. Beneath each stands its 95 % interval over test flows: for detection from "
    "1,000 test parts drawn with replacement, for the others by a formula for what endlessly many "
    "of these would give (DeLong's for the area under the ROC curve)."
)


def values(report: Report) -> Fragment:
    """One table for every task and split, in the order of the leaderboard."""
    rankings = [ranking for ranking in rank(report.run) if any(map(_has_values, ranking.all))]
    if not rankings:
        return empty("No record carries scores of a model's probabilities or decisions.")
    tables = [_table(ranking) for ranking in rankings]
    return tables_fragment(INTRO, tables, titles=[ranking.title for ranking in rankings])


def _has_values(entry: Entry) -> bool:
    return not VALUE_TERMS.keys().isdisjoint(entry.record.scores)


def _table(ranking: Ranking) -> Table:
    columns = [
        Column(key="model", title="Model"),
        *(column(key) for key in VALUE_TERMS),
        Column(key="why", title="What is lacking"),
    ]
    rows = [_row(entry) for entry in ranking.all]
    table = make_table(
        f"values-{ranking.task}-{ranking.split}",
        f"Ranking, detection and calibration on {ranking.title}",
        known(columns, rows),
        rows,
        tones=[entry.record.role if entry.record.role != "model" else "" for entry in ranking.all],
    )
    for key in {one.key for one in table.columns} & VALUE_TERMS.keys():
        table = with_notes(table, key, [_interval(entry, key) for entry in ranking.all])
    return table


def _interval(entry: Entry, key: str) -> str:
    score = entry.record.scores.get(key)
    if score is None or score.low is None or score.high is None:
        return ""
    return f"{score_text(score.low)} to {score_text(score.high)}"


def _row(entry: Entry) -> dict[str, Value]:
    scores = {key: entry.record.scores[key] for key in VALUE_TERMS if key in entry.record.scores}
    why = dict.fromkeys(score.why for score in scores.values() if score.why)
    return {
        "model": entry.name,
        **{key: score.value for key, score in scores.items()},
        "why": "; ".join(why) or None,
    }
