"""What got worse or better against the nights before, and what reruns have said of it."""

from __future__ import annotations

from reports.history import Report
from reports.judgement_text import judgement_sentences, judgement_table
from reports.page import Fragment, empty, tables_fragment


def nights(report: Report) -> Fragment:
    """The judgement of this run by the earlier ones that are like it."""
    judgement = report.judgement
    if judgement.word == "first":
        return empty("No earlier run of this suite lies beside this one.")
    table = judgement_table(judgement)
    intro = " ".join(judgement_sentences(judgement))
    return tables_fragment(intro, [table] if table.rows else [])
