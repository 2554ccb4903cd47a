"""The verb that says what a run would take, before it is run."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer


def plan(
    suite: Annotated[str, typer.Argument(help="A suite that ships, or a TOML file.")],
    data: Annotated[
        list[Path] | None,
        typer.Option(help="CSV files, folders, or a store; default: the embedded synthetic set."),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(help="A cluster of clusters.toml, or a kind; default: the suite's."),
    ] = None,
    runs: Annotated[
        Path, typer.Option(help="Folder of the run folders; their times are the rates.")
    ] = Path("runs"),
    home: Annotated[Path, typer.Option(help="Folder of stores and synthetic sets.")] = Path("data"),
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="KEY=VALUE, such as cluster.workers=4.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")] = False,
) -> None:
    """Say what a suite would run, in what time, memory and disk; status 2: it cannot finish."""
    from bench.failures import DONE, MISUSE
    from bench.places import Places
    from bench.plan import make_plan
    from bench.plan_text import plan_json, plan_text

    overrides = [f"cluster={json.dumps(cluster)}"] if cluster else []
    places = Places(data=tuple(data or ()), home=home, runs=runs)
    found = make_plan(suite, overrides=[*overrides, *(settings or ())], places=places)
    print(json.dumps(plan_json(found), indent=1) if as_json else plan_text(found))
    for fault in found.faults:
        print(f"threatbench: {fault}", file=sys.stderr)
    raise typer.Exit(MISUSE if found.faults else DONE)
