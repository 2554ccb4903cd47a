"""Accuracy, precision and recall as the notebook study prints them."""

from __future__ import annotations

from reports.history import Report
from reports.page import Fragment, empty, tables_fragment
from reports.ranking import Ranking, rank
from reports.sections.leaderboard import NO_SCORES
from reports.tables import Column, Table, make_table
from reports.terms import column

STUDY_SCORES = ("accuracy", "precision_weighted", "recall_weighted")


def study(report: Report) -> Fragment:
    """One short table for every task and split, sorted by accuracy."""
    rankings = [ranking for ranking in rank(report.run) if _has_scores(ranking)]
    if not rankings:
        return empty(NO_SCORES)
    intro = "The comparison of the study that this suite starts from: three scores a model."
    tables = [study_table(ranking) for ranking in rankings]
    return tables_fragment(intro, tables, titles=[ranking.title for ranking in rankings])


def study_table(ranking: Ranking) -> Table:
    """The models (no controls) with the study's three scores."""
    columns = [Column(key="model", title="Model"), *(column(key) for key in STUDY_SCORES)]
    rows = [
        {"model": entry.name}
        | {key: score.value for key, score in entry.record.scores.items() if key in STUDY_SCORES}
        for entry in ranking.entries
    ]
    rows.sort(key=lambda row: -float(row.get("accuracy") or 0))
    key = f"study-{ranking.task}-{ranking.split}"
    return make_table(key, f"Accuracy, precision and recall on {ranking.title}", columns, rows)


def _has_scores(ranking: Ranking) -> bool:
    return any("accuracy" in entry.record.scores for entry in ranking.entries)
