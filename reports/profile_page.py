"""The page of a store's profile: the report's sections on data, without a run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from reports.described import Profile
from reports.history import Report
from reports.page import Part, page_html
from reports.run import Run
from reports.sections.labels import labels
from reports.sections.profile import profile as columns
from reports.store import write_text
from reports.summary import Summary


def write_profile_page(profile: Mapping[str, object], path: Path, *, synthetic: bool) -> Path:
    """One HTML file about the flows that ``profile`` (as in ``profile.json``) describes."""
    run = Run(
        path=path.parent,
        summary=Summary(synthetic=synthetic),
        profile=Profile.model_validate(profile),
        selections=(),
        records=(),
        suite_text="",
    )
    report = Report(run=run)
    html = page_html(
        [
            Part(title="Labels", anchor="labels", fragment=labels(report)),
            Part(title="Columns", anchor="columns", fragment=columns(report)),
        ],
        title=f"{path.parent.name} · threatbench",
        subtitle="synthetic data" if synthetic else "data profile",
        heading=f"Data profile of {path.parent.name}",
        footer="Made by threatbench from the store's own statistics.",
    )
    return write_text(path, html, is_durable=False)
