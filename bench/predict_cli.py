"""The verb that labels new flows with what a run has learned."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer


def predict(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of the run.")],
    paths: Annotated[
        list[Path], typer.Argument(metavar="CSV...", help="CSV files, or folders of them.")
    ],
    task: Annotated[
        str | None, typer.Option(help="Task of the model, where several are kept.")
    ] = None,
    split: Annotated[
        str | None, typer.Option(help="Split of the model, where several are kept.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="CSV file that takes the answers; default: stdout.")
    ] = None,
) -> None:
    """Label new flows with the best model of a run: one line of CSV for every line of flows."""
    from bench.predict_verb import opened, predict

    with opened(output) as answers:
        told = predict(run, paths, task=task, split=split, answers=answers)
    print(told, file=sys.stderr)
