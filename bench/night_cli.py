"""The verbs about several nights: what changed from one run to another."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]


def compare(
    base: Annotated[Path, typer.Argument(help="Folder of the run to compare with.")],
    new: Annotated[Path, typer.Argument(help="Folder of the run that may be worse or better.")],
    rerun: Annotated[
        bool, typer.Option("--confirm", help="Run suspected cases again, on the run's own flows.")
    ] = False,
    html: Annotated[Path | None, typer.Option(help="Also write a page here.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say what got worse or better from one run to another; status 1: a confirmed regression."""
    from bench import night_verbs
    from reports.judgement_text import judgement_json, judgement_markdown

    found = night_verbs.compare(base, new, rerun=rerun)
    print(json.dumps(judgement_json(found)) if as_json else judgement_markdown(found))
    if html:
        print(f"page: {night_verbs.write_page(found, html)}", file=sys.stderr)
    raise typer.Exit(night_verbs.status_of(found))
