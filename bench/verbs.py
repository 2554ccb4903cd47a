"""What the verbs of the command line do, between words typed and text printed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict
from pathlib import Path

from distributed import Client
from rich.console import Console

from bench.display import Display
from bench.errors import BenchError
from bench.failures import DONE, FAILED
from bench.places import Places
from bench.runner import resume_run, run_suite
from bench.suite_file import load_suite
from cluster.connect import open_cluster
from cluster.spec import ClusterSpec
from pipeline.dataset import load_dataset
from pipeline.findings import let_pass
from pipeline.ingest import ingest
from pipeline.manifest import Manifest, read_manifest
from pipeline.profile import Profile, profile_store
from pipeline.synthetic import write_dataset
from pipeline.synthetic.check import check_dataset
from pipeline.synthetic.finding import format_findings
from pipeline.synthetic.pick import labels_of_family
from reports.index import write_index
from reports.records import Record
from reports.run import Run, read_run


class Board:
    """The leaderboard of a run, printed once, as wide as the terminal."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._is_shown = False

    def show(self, run_folder: Path) -> None:
        """Print it, unless that has been done."""
        from reports.leaderboard import leaderboard_text  # here since it brings a plotting library

        if not self._is_shown:
            width = max(Console().width, 100)
            self._tell(leaderboard_text(read_run(run_folder), width=width))
            self._is_shown = True

    def show_early(self, run_folder: Path) -> None:
        """Print it while the run goes on, which it does also where nobody reads."""
        with suppress(BrokenPipeError):
            self.show(run_folder)


def local_cluster(workers: int) -> AbstractContextManager[Client]:
    """Worker processes on this machine, for a verb that is no suite."""
    return open_cluster(ClusterSpec(workers=workers))


def synthetic_labels(family: str | None, labels: str | None) -> tuple[str, ...] | None:
    """The labels that ``--family`` and ``--labels`` ask for; None for all."""
    named = tuple(word.strip() for word in labels.split(",")) if labels else ()
    return (*named, *(labels_of_family(family) if family else ())) or None


def write_synthetic(
    directory: Path, *, rows: int, files: int, seed: int, labels: Sequence[str] | None
) -> str:
    """Write the files; a line that says what was written."""
    paths = write_dataset(directory, rows=rows, files=files, seed=seed, labels=labels)
    written = sum(path.stat().st_size for path in paths)
    return f"{directory}: {rows:,} synthetic flows in {len(paths)} files, {written:,} bytes"


def check_synthetic(directory: Path) -> tuple[str, int]:
    """The table of findings on synthetic flows, and the exit status that they come to."""
    findings = check_dataset(directory)
    text = f"{directory}: synthetic flows, held against what is published of the real ones\n\n"
    status = FAILED if any(finding.holds is False for finding in findings) else DONE
    return text + format_findings(findings), status


def ingest_files(
    paths: Sequence[Path], *, store: Path, profile: str, strict: bool
) -> tuple[str, str]:
    """The manifest in words, and as JSON."""
    manifest = ingest(paths, store=store, dataset=load_dataset(profile), strict=strict)
    return _manifest_text(store, manifest), json.dumps(asdict(manifest), indent=1)


def profile(store: Path, page: Path | None) -> tuple[Profile, Path]:
    """The store's profile, and the page that was written about it."""
    from reports.profile_page import write_profile_page  # as it brings a plotting library, too

    found = profile_store(store)
    page = page or store / "profile.html"
    synthetic = read_manifest(store).synthetic
    return found, write_profile_page(found.to_json(), page, synthetic=synthetic)


def run(
    name: str | None,
    *,
    overrides: Sequence[str],
    places: Places,
    resume: Path | None,
    on_compared: Callable[[Path], None] | None = None,
) -> Run:
    """Run a suite, or go on with a run; what its folder then says.

    ``on_compared`` gets the folder as soon as the models have been compared.
    """
    if (name is None) == (resume is None):
        raise BenchError("run: give a suite, or a run folder with --resume, and not both")
    if resume is not None and (overrides or places.data):
        raise BenchError("run --resume: the run's own suite and data are used; leave the rest out")
    runs = places.runs if resume is None else resume.parent
    try:
        with Display(on_compared=on_compared) as display:
            if resume is not None:
                folder = resume_run(resume, display)
            else:
                folder = run_suite(load_suite(str(name), overrides=overrides), places, display)
    finally:
        if runs.is_dir():
            write_index(runs)
    return read_run(folder)


def run_json(finished: Run) -> str:
    """The run's summary and records."""
    records = [record.model_dump(mode="json") for record in finished.records]
    return json.dumps(
        {
            "path": str(finished.path),
            "summary": finished.summary.model_dump(mode="json"),
            "records": records,
        }
    )


def run_status(finished: Run) -> int:
    """1 where a case did not end as it should; a refused stack is no failure."""
    return DONE if all(map(_is_fine, finished.records)) else FAILED


def _is_fine(record: Record) -> bool:
    return record.status == "done" or (record.role == "stack" and record.status == "skipped")


def _manifest_text(store: Path, manifest: Manifest) -> str:
    """A line for what is there, and one for whatever was let pass."""
    lines = [
        f"{store}: {manifest.rows:,} flows of release {manifest.release} in"
        f" {len(manifest.parts)} files, {manifest.rows_quarantined:,} rows quarantined",
        f"fingerprint {manifest.fingerprint}",
        *let_pass(manifest),
    ]
    return "\n".join(lines)
