"""The report of a run: one HTML file, and its tables as files, made from the run folder alone."""

from __future__ import annotations

import json
from pathlib import Path

from reports.changed import changed_text
from reports.export import table_markdown, write_tables
from reports.headline import headlines
from reports.history import Report, read_report
from reports.judgement_text import judgement_json
from reports.page import Part, page_html
from reports.sections import SECTIONS
from reports.sections.leaderboard import leaderboard_table
from reports.store import write_text

MARKDOWN_COLUMNS = (
    "model", "group", "accuracy", "precision_weighted", "recall_weighted", "f1_macro", "mcc",
    "fit_seconds", "predict_rows_per_second", "peak_memory_bytes", "grain",
)  # fmt: skip


def write_report(run_folder: Path) -> Path:
    """``report.html`` in the run folder, written anew; its tables as files in ``tables``.

    What the page says of earlier runs stands in ``judgement.json``, too.

    Raises
    ------
    RunFolderError
        There is no run in this folder.
    """
    report = read_report(run_folder)
    parts = report_parts(report)
    write_tables(run_folder / "tables", [table for part in parts for table in part.fragment.tables])
    judged = json.dumps(judgement_json(report.judgement), indent=1) + "\n"
    write_text(run_folder / "judgement.json", judged, is_durable=False)
    run = report.run
    html = page_html(
        parts,
        title=f"{run.name} · threatbench",
        subtitle=f"suite {run.summary.suite or 'unknown'}",
        footer=f"Made by threatbench from the run folder {run.name}.",
    )
    return write_text(run_folder / "report.html", html, is_durable=False)


def report_parts(report: Report) -> tuple[Part, ...]:
    """Every section of the report, filled."""
    return tuple(
        Part(title=section.title, anchor=section.anchor, fragment=section.fill(report))
        for section in SECTIONS
    )


def report_markdown(run_folder: Path) -> str:
    """The comparison of the run's models for a README or a merge request.

    Raises
    ------
    RunFolderError
        There is no run in this folder.
    """
    report = read_report(run_folder)
    blocks = [f"{line}\n" for line in _sentences(report)]
    for headline in headlines(report.run):
        table = leaderboard_table(headline.ranking)
        metric = headline.ranking.metric
        blocks.append(table_markdown(table, keys=(metric, *MARKDOWN_COLUMNS)))
    return "\n".join(blocks)


def _sentences(report: Report) -> list[str]:
    run, changed = report.run, changed_text(report.judgement)
    failed = sum(record.status != "done" for record in run.records)
    said = [f"`{headline.ranking.title}`: {headline.sentence}" for headline in headlines(run)]
    return [
        *(["Synthetic data."] if run.summary.synthetic else []),
        *said,
        f"{changed.sign} {changed.title}{f' ({changed.last})' if changed.last else ''}.",
        f"{failed} of {len(run.records)} cases did not end well."
        if failed
        else f"All {len(run.records)} cases ended well.",
    ]
