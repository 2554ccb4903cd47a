"""``python -m bench.speed``: measure, print each figure as it is found, write the results."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bench.environment import describe_environment
from bench.errors import BenchError
from bench.failures import exit_status
from bench.speed.measures import FULL_FILES, FULL_ROWS, MEASURES, Reading, Sizes, Workshop
from bench.speed.results import results_table, write_results
from pipeline.errors import nearest

RESULTS = Path(__file__).parent.parent / "results"
MINUTES = Sizes(rows=4_000_000, files=16)
FULL = Sizes(rows=FULL_ROWS, files=FULL_FILES)
LONG = ("rows",)
"""Measured only at full size, or when it is asked for."""


def measure(
    only: Annotated[list[str] | None, typer.Argument(help="Some of the measures.")] = None,
    *,
    full: Annotated[bool, typer.Option("--full", help="All 46,686,579 rows in 169 files.")] = False,
    work: Annotated[Path, typer.Option(help="Folder for flows and runs.")] = Path("data/speed"),
    results: Annotated[Path, typer.Option(help="Folder for the tables.")] = RESULTS,
) -> None:
    """Measure the suite side by side with what bounds it and what it replaces."""
    chosen = only or [name for name in MEASURES if full or name not in LONG]
    for name in chosen:
        if name not in MEASURES:
            raise BenchError(f"unknown measure '{name}'{nearest(name, MEASURES)}")
    shop = Workshop(folder=work, sizes=FULL if full else MINUTES)
    readings: list[Reading] = []
    for name in chosen:
        found = list(MEASURES[name](shop))
        typer.echo(results_table(found))
        readings += found
    name = "full" if full else "minutes"
    typer.echo(
        write_results(readings, name=name, environment=describe_environment(), folder=results)
    )


if __name__ == "__main__":
    app = typer.Typer(add_completion=False)
    app.command()(measure)
    raise SystemExit(exit_status(app))
