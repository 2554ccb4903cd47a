"""The verbs about several nights: what changed from one run to another."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from bench.early import import_for_runs, importing

Acknowledged = Annotated[
    Path, typer.Option(help="File of the changes that are known and accepted.")
]
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
    from bench.stdout import stdout_for_the_answer
    from reports.judgement_text import judgement_json, judgement_markdown

    with stdout_for_the_answer():
        found = night_verbs.compare(base, new, rerun=rerun)
    print(json.dumps(judgement_json(found)) if as_json else judgement_markdown(found))
    if html:
        print(f"page: {night_verbs.write_page(found, html)}", file=sys.stderr)
    raise typer.Exit(night_verbs.status_of(found))


def history(
    runs: Annotated[Path, typer.Option(help="Folder of the run folders.")] = Path("runs"),
    suite: Annotated[str | None, typer.Option(help="Only runs of this suite.")] = None,
    accept: Annotated[
        str | None,
        typer.Option("--acknowledge", metavar="CHANGE", help="Accept this change, or run."),
    ] = None,
    reason: Annotated[str, typer.Option(help="Why the change is accepted.")] = "",
    acknowledged: Acknowledged = Path("acknowledged.toml"),
    html: Annotated[
        Path | None, typer.Option(help="Where the page goes; default: history.html in the folder.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List all runs, and where a number moved to another level; with a page of trends."""
    from bench import history as past

    found = past.read_history(runs, suite=suite, acknowledged=acknowledged)
    if accept is not None:
        for entry in past.acknowledge(found, accept, reason=reason, path=acknowledged):
            print(f"{acknowledged}: {entry.case} {entry.measure} since {entry.run}")
        return
    print(json.dumps(past.history_json(found)) if as_json else past.history_text(found))
    page = past.history_page(found, html or runs / "history.html")
    print(f"page: {page}", file=sys.stderr)


def track(
    run_folders: Annotated[
        list[Path] | None, typer.Argument(metavar="RUN...", help="Run folders; default: all.")
    ] = None,
    runs: Annotated[Path, typer.Option(help="Folder of the run folders.")] = Path("runs"),
    config: Annotated[Path, typer.Option(help="asv's configuration.")] = Path("asv.conf.json"),
    machine: Annotated[
        str | None, typer.Option(help="Name of the machine in asv's results; default: its own.")
    ] = None,
) -> None:
    """Add the scores, times and memory of runs to asv's result files."""
    from bench import night_verbs

    def skip(why: str) -> None:
        print(f"skipped: {why}", file=sys.stderr)

    written = night_verbs.track(
        run_folders or [], runs=runs, config=config, machine=machine, skip=skip
    )
    for path in written:
        print(path)


def nightly(
    suite: Annotated[str, typer.Argument(help="A suite that ships, or a TOML file.")] = "nightly",
    data: Annotated[
        list[Path] | None,
        typer.Option(help="CSV files, folders, or a store; default: the embedded synthetic set."),
    ] = None,
    cluster: Annotated[
        str | None, typer.Option(help="Kind of cluster; default: the suite's.")
    ] = None,
    runs: Annotated[Path, typer.Option(help="Folder of the run folders.")] = Path("runs"),
    home: Annotated[Path, typer.Option(help="Folder of stores and synthetic sets.")] = Path("data"),
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="KEY=VALUE, such as cluster.workers=4.")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="RUN", help="Hold the night against this run, too.")
    ] = None,
    acknowledged: Acknowledged = Path("acknowledged.toml"),
    on_regression: Annotated[
        str, typer.Option(metavar="COMMAND", help="Gets the summary on stdin if the night is bad.")
    ] = "",
    webhook: Annotated[
        str, typer.Option(metavar="URL", help="Gets the summary as JSON if the night is bad.")
    ] = "",
    keep: Annotated[
        int | None, typer.Option(min=1, help="Remove runs of the suite older than the last N.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run a suite and judge it against the nights before; status 1: something got worse."""
    import_for_runs(cluster, settings, home=home)
    with importing():
        from bench.nightly import Orders, run_night
        from bench.places import Places
        from bench.stdout import stdout_for_the_answer

    overrides = [*(settings or ())]
    overrides += [f"cluster.kind={json.dumps(cluster)}"] if cluster else []
    places = Places(
        data=tuple(data or ()), home=home, runs=runs, acknowledged=acknowledged, baseline=baseline
    )
    orders = Orders(command=on_regression, webhook=webhook, keep=keep)
    with stdout_for_the_answer():
        night = run_night(suite, overrides=overrides, places=places, orders=orders)
    print(json.dumps(night.to_json()) if as_json else night.summary)
    for line in (*night.faults, f"report: {night.run.path / 'report.html'}"):
        print(line, file=sys.stderr)
    raise typer.Exit(night.status)
