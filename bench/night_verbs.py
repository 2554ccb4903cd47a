"""What the verbs about several nights do, between words typed and text printed."""

from __future__ import annotations

from pathlib import Path

from bench.failures import DONE, FAILED, MISUSE
from bench.progress import Display
from reports.compare import write_judgement
from reports.judgement import Judgement, compare_runs
from reports.run import read_run


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
    return compare_runs(read_run(base), read_run(new))


def write_page(judgement: Judgement, path: Path) -> Path:
    """The judgement as a page."""
    return write_judgement(judgement, path)


def status_of(judgement: Judgement) -> int:
    """1 for a confirmed regression; 2 where the two do not compare, so that nothing is said."""
    if judgement.differences:
        return MISUSE
    return FAILED if judgement.regressions else DONE
