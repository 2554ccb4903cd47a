"""The cases that a run which broke off has not come to, each with a record that says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from bench.case_record import unrun_record
from bench.run_log import RunLog
from bench.stacks import stack_cases
from bench.suite import Suite
from bench.votes import vote_cases
from reports.errors import RunFolderError
from reports.records import Reason
from reports.run import read_run


@contextmanager
def rest_noted(suite: Suite, log: RunLog) -> Iterator[None]:
    """Leave ``not_started`` for every case without a record where the block breaks off."""
    try:
        yield
    except KeyboardInterrupt:
        message = "the run was asked to stop before this case ended"
        _note(suite, log, Reason(kind="interrupted", message=message))
        raise
    except Exception as error:
        message = f"the run broke off before this case ended: {error}"
        _note(suite, log, Reason(kind="run_broke_off", message=message))
        raise


def _note(suite: Suite, log: RunLog, reason: Reason) -> None:
    """Whatever ended the run counts for more than a disk that takes no further record.

    A run that has not told of itself yet has no records either.
    """
    if not log.facts:
        return
    ended = {record.case_id for record in read_run(log.folder.path).records}
    rest = [
        case
        for case in (*suite.cases, *stack_cases(suite), *vote_cases(suite))
        if case.case_id not in ended
    ]
    with suppress(RunFolderError):
        for case in rest:
            log.folder.append(unrun_record(case, suite, status="not_started", reason=reason))
    if rest:
        log.progress.note(f"{len(rest)} cases have not run: {reason.message}")
