"""Every word of the report and how each number is computed."""

from __future__ import annotations

from reports.history import Report
from reports.page import Fragment, render
from reports.terms import TERMS


def glossary(report: Report) -> Fragment:
    """All terms, and how counted flows enter each model of this run."""
    enters = {
        record.model: record.counts_enter for record in report.run.records if record.counts_enter
    }
    terms = sorted(TERMS.items(), key=lambda item: item[1].title.lower())
    return Fragment(html=render("glossary.html", {"terms": terms, "enters": enters}))
