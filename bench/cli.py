"""The command line: one function a verb, heavy imports inside."""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from bench.early import import_for_flows, import_for_runs, importing
from bench.night_cli import compare, history, nightly, track
from bench.plan_cli import plan
from bench.predict_cli import predict

app = typer.Typer(
    name="threatbench",
    help="Compare classifiers of IoT threats on all of CICIoT2023, on a laptop or a Dask cluster.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Workers = Annotated[int, typer.Option(min=1, help="Worker processes on this machine.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]
ProfileName = Annotated[
    str, typer.Option("--profile", help="Data-set profile: a shipped one's name, or a TOML file.")
]
Runs = Annotated[Path, typer.Option(help="Folder of the run folders.")]


def main() -> None:
    """Run the command line; a fault that the user can mend is one sentence and exit status 2."""
    from bench.failures import exit_status

    status = exit_status(app)
    gc.freeze()  # or Python would spend a second at its end on looking through all that was made
    sys.exit(status)


@app.command()
def synth(
    directory: Annotated[Path, typer.Argument(help="Folder that takes the CSV files.")],
    rows: Annotated[int, typer.Option(help="Flows in all.")] = 240_000,
    files: Annotated[int, typer.Option(help="CSV files.")] = 1,
    seed: Annotated[int, typer.Option(help="Another seed is another draw.")] = 0,
    family: Annotated[str | None, typer.Option(help="Only attacks of this family.")] = None,
    labels: Annotated[str | None, typer.Option(help="Only these labels: A,B,C.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; hold what is there against the facts.")
    ] = False,
    workers: Workers = 2,
) -> None:
    """Write CICIoT2023-shaped CSV files of simulated traffic, or check such files."""
    import_for_flows()
    with importing():
        from bench import verbs

    with verbs.local_cluster(workers):
        if check:
            text, status = verbs.check_synthetic(directory)
            _print(text)
            raise typer.Exit(status)
        chosen = verbs.synthetic_labels(family, labels)
        _print(verbs.write_synthetic(directory, rows=rows, files=files, seed=seed, labels=chosen))


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="CSV files, or folders of them.")],
    store: Annotated[Path, typer.Option(help="Folder of the Parquet store.")],
    profile: ProfileName = "ciciot2023",
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse broken rows, broken files, unknown labels.")
    ] = False,
    workers: Workers = 2,
    as_json: AsJson = False,
) -> None:
    """Turn CSV files into a Parquet store with a manifest; again: only what has changed."""
    import_for_flows()
    with importing():
        from bench import verbs

    with verbs.local_cluster(workers):
        text, as_text = verbs.ingest_files(paths, store=store, profile=profile, strict=strict)
    _print(as_text if as_json else text)


@app.command()
def profile(
    store: Annotated[Path, typer.Argument(help="A store that `threatbench ingest` made.")],
    html: Annotated[
        Path | None, typer.Option(help="Where the page goes; default: profile.html in the store.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what is in a store: its shape, columns, labels and duplicates; as text and HTML."""
    with importing():
        from bench import verbs
        from pipeline.profile_text import profile_text

    found, page = verbs.profile(store, html)
    _print(json.dumps(found.to_json(), indent=1) if as_json else profile_text(found))
    _tell(f"page: {page}")


@app.command()
def run(
    suite: Annotated[
        str | None, typer.Argument(help="A suite that ships, or a TOML file; not with --resume.")
    ] = None,
    data: Annotated[
        list[Path] | None,
        typer.Option(help="CSV files, folders, or a store; default: the embedded synthetic set."),
    ] = None,
    profile: Annotated[
        str | None, typer.Option(help="Data-set profile; default: the suite's.")
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(help="A cluster of clusters.toml, or a kind; default: the suite's."),
    ] = None,
    runs: Runs = Path("runs"),
    home: Annotated[Path, typer.Option(help="Folder of stores and synthetic sets.")] = Path("data"),
    resume: Annotated[
        Path | None, typer.Option(metavar="RUN", help="Go on with a run that was broken off.")
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="KEY=VALUE, such as cluster.workers=4.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run a suite: every model on every task and split, records, stack and report."""
    import_for_runs(cluster, settings, home=home)
    with importing():
        from bench import verbs
        from bench.places import Places
        from bench.stdout import stdout_for_the_answer

    overrides = [f"cluster={json.dumps(cluster)}"] if cluster else []
    overrides += settings or ()
    overrides += [f"profile={json.dumps(profile)}"] if profile else []
    places = Places(data=tuple(data or ()), home=home, runs=runs)
    with stdout_for_the_answer() as answer:
        board = verbs.Board(answer)
        finished = verbs.run(
            suite,
            overrides=overrides,
            places=places,
            resume=resume,
            on_compared=None if as_json else board.show_early,
        )
        if as_json:
            answer(verbs.run_json(finished))
        else:
            board.show(finished.path)
    _tell(f"report: {finished.path / 'report.html'}")
    raise typer.Exit(verbs.run_status(finished))


@app.command()
def report(
    run_folders: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Run folders.")],
    output_format: Annotated[
        str, typer.Option("--format", help="html: write the page; md: print the comparison.")
    ] = "html",
) -> None:
    """Write the report anew from the records alone; of several runs, also side by side."""
    from bench import report_verb

    for line in report_verb.report(run_folders, output_format=output_format):
        _print(line)


for verb in (plan, predict, compare, history, track, nightly):
    app.command()(verb)


@app.command()
def doctor(
    cluster: Annotated[
        str, typer.Option(help="A cluster of clusters.toml, or a kind, to open and look at.")
    ] = "local",
    data: Annotated[
        list[Path] | None, typer.Option(help="CSV files, folders, or a store to look at.")
    ] = None,
    runs: Runs = Path("runs"),
    home: Annotated[Path, typer.Option(help="Folder of stores and synthetic sets.")] = Path("data"),
    as_json: AsJson = False,
) -> None:
    """Say what is missing here and on a cluster, and how to mend it."""
    from bench import doctor_verb
    from bench.places import Places

    places = Places(data=tuple(data or ()), home=home, runs=runs)
    text, as_text, status = doctor_verb.examine(cluster, places)
    _print(as_text if as_json else text)
    raise typer.Exit(status)


def _print(text: str) -> None:
    print(text)


def _tell(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    main()
