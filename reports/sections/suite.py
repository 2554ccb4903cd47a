"""The suite as it was resolved: running it again repeats the run."""

from __future__ import annotations

from reports.history import Report
from reports.page import Fragment, empty, render


def suite(report: Report) -> Fragment:
    """The text of suite.toml, to be copied."""
    if not report.run.suite_text:
        return empty("The run folder has no suite.toml.")
    return Fragment(html=render("suite.html", {"text": report.run.suite_text}))
