"""The report of a run: one HTML file, made from the run folder alone."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from reports.history import Report, read_report
from reports.page import Fragment, read_asset, render
from reports.sections import SECTIONS, Section
from reports.store import write_text


def write_report(run_folder: Path) -> Path:
    """``report.html`` in the run folder, written anew.

    Raises
    ------
    RunFolderError
        There is no run in this folder.
    """
    report = read_report(run_folder)
    return write_text(run_folder / "report.html", report_html(report))


def report_html(report: Report) -> str:
    """The report as a page that needs nothing but itself."""
    filled = [(section, section.fill(report)) for section in SECTIONS]
    run = report.run
    return page_html(
        filled,
        title=f"{run.name} · threatbench",
        subtitle=f"suite {run.summary.suite or 'unknown'}",
        footer=f"Made by threatbench from the run folder {run.name}.",
    )


def page_html(
    filled: Sequence[tuple[Section, Fragment]], *, title: str, subtitle: str, footer: str
) -> str:
    """A page of these sections; its policy lets it run our script and fetch nothing."""
    script = read_asset("report.js")
    parts = [
        {
            "title": section.title,
            "anchor": section.anchor,
            "html": fragment.html,
            "is_empty": fragment.is_empty,
            "heading_in_html": section.anchor == "in-short",
        }
        for section, fragment in filled
    ]
    values = {
        "policy": _policy(script),
        "title": title,
        "subtitle": subtitle,
        "heading": "",
        "footer": footer,
        "parts": parts,
        # Our own files: nothing of a run is in them.
        "style": Markup(read_asset("report.css")),
        "script": Markup(script),
    }
    return str(render("page.html", values))


def _policy(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
