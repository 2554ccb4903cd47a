"""What `threatbench report` does; of its own, so that no model or cluster is imported for it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.errors import BenchError
from pipeline.errors import unknown
from reports.compare import comparison_markdown, write_comparison
from reports.report import report_markdown, write_report

FORMATS = ("html", "md")


def report(run_folders: Sequence[Path], *, output_format: str) -> list[str]:
    """What to print: paths of the pages written, or the comparison as Markdown."""
    if output_format not in FORMATS:
        raise BenchError(f"--format: {unknown('format', output_format, FORMATS)}")
    if output_format == "md":
        several = len(run_folders) > 1
        return [comparison_markdown(run_folders) if several else report_markdown(run_folders[0])]
    pages = [write_report(folder) for folder in run_folders]
    if len(run_folders) > 1:
        beside = run_folders[-1].parent / "comparison.html"
        pages.append(write_comparison(run_folders, beside))
    return [str(page) for page in pages]
