"""What the verbs about several nights do, between words typed and text printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from bench.display import Display
from bench.errors import BenchError
from bench.failures import DONE, FAILED, MISUSE
from reports.compare import write_judgement
from reports.judgement import Judgement, compare_runs
from reports.report import write_report
from reports.run import list_runs, read_run


def compare(base: Path, new: Path, *, rerun: bool) -> Judgement:
    """The newer run against the other, its suspected cases run again where that is asked for."""
    found = compare_runs(read_run(base), read_run(new))
    suspects = found.suspected_cases
    if not (rerun and suspects):
        return found
    # Imported here since it brings the cluster and all models along.
    from bench.confirm import confirm

    with Display() as display:
        confirm(new, suspects, display)
    write_report(new)  # what the reruns say is part of it
    return compare_runs(read_run(base), read_run(new))


def write_page(judgement: Judgement, path: Path) -> Path:
    """The judgement as a page."""
    return write_judgement(judgement, path)


def status_of(judgement: Judgement) -> int:
    """1 for a confirmed regression; 2 where the two do not compare, so that nothing is said."""
    if judgement.differences:
        return MISUSE
    return FAILED if judgement.regressions else DONE


def track(
    run_folders: Sequence[Path],
    *,
    runs: Path,
    config: Path,
    machine: str | None,
    skip: Callable[[str], None],
) -> list[Path]:
    """Add runs (or all that ended well in a folder) to asv's results; the files written.

    Of a folder's runs, those of commits that the repository no longer has are told to ``skip``.
    """
    from bench.track import track as add_to_asv

    found = [read_run(folder, with_details=False) for folder in run_folders or list_runs(runs)]
    ended = [run for run in found if run.summary.status == "done"]
    if not ended:
        raise BenchError(f"{runs}: no run there has ended well; name run folders, or --runs")
    return add_to_asv(ended, config=config, machine=machine, skip=None if run_folders else skip)
