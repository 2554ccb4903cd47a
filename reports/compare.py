"""Several runs side by side, as a page and as Markdown; the first is the baseline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reports.errors import ComparisonError
from reports.export import table_markdown
from reports.judgement import Judgement
from reports.judgement_text import judgement_sentences, judgement_table
from reports.page import Fragment, Part, page_html, tables_fragment
from reports.run import Run, read_run
from reports.side_by_side import COMPARISON_SECTIONS, Beside, beside
from reports.store import write_text


def write_comparison(run_folders: Sequence[Path], path: Path) -> Path:
    """The runs in these folders side by side, as one HTML file.

    Raises
    ------
    ComparisonError
        Fewer than two runs were given.
    RunFolderError
        One of the folders holds no run.
    """
    runs = read_runs(run_folders)
    page = beside(runs)
    parts = [
        Part(title=title, anchor=anchor, fragment=fill(page))
        for title, anchor, fill in COMPARISON_SECTIONS
    ]
    html = page_html(
        parts,
        title=f"{len(runs)} runs side by side · threatbench",
        subtitle=f"baseline {runs[0].name}",
        heading=f"{len(runs)} runs side by side",
        footer="Made by threatbench from the run folders alone.",
    )
    return write_text(path, html, is_durable=False)


def write_judgement(judgement: Judgement, path: Path) -> Path:
    """A page on one run against its baseline: what got worse or better, then side by side."""
    runs = tuple(run for run in (judgement.baseline, judgement.tonight) if run)
    page = Beside(runs=runs, judgements=(judgement,))
    first = Part(title="What got worse or better", anchor="judgement",
                 fragment=_judgement_fragment(judgement))  # fmt: skip
    others = [
        Part(title=title, anchor=anchor, fragment=fill(page))
        for title, anchor, fill in COMPARISON_SECTIONS
        if anchor not in ("verdict", "changes")
    ]
    heading = f"{runs[-1].name} against {runs[0].name}"
    html = page_html(
        [first, *others],
        title=f"{heading} · threatbench",
        subtitle=f"baseline {runs[0].name}",
        heading=heading,
        footer="Made by threatbench from the run folders alone.",
    )
    return write_text(path, html, is_durable=False)


def comparison_markdown(run_folders: Sequence[Path]) -> str:
    """The same as Markdown, for a merge request.

    Raises
    ------
    ComparisonError
        Fewer than two runs were given.
    RunFolderError
        One of the folders holds no run.
    """
    page = beside(read_runs(run_folders))
    fragments = [fill(page) for _, _, fill in COMPARISON_SECTIONS]
    return "\n".join(table_markdown(table) for part in fragments for table in part.tables)


def read_runs(run_folders: Sequence[Path]) -> tuple[Run, ...]:
    """The runs in these folders, at least two."""
    if len(run_folders) < 2:
        raise ComparisonError(
            f"{len(run_folders)} run to compare: name at least two run folders, the baseline first"
        )
    return tuple(read_run(folder) for folder in run_folders)


def _judgement_fragment(judgement: Judgement) -> Fragment:
    table = judgement_table(judgement)
    intro = " ".join(judgement_sentences(judgement))
    return tables_fragment(intro, [table] if table.rows else [])
