"""From errors to exit statuses: what a user can mend is one sentence on stderr."""

from __future__ import annotations

import os
import sys
from typing import Final

import typer

from cluster.signals import hear_interruptions

DONE: Final = 0
FAILED: Final = 1
MISUSE: Final = 2
INTERRUPTED: Final = 130
NOT_FOR_OTHERS: Final = 0o002
"""What is taken from every file and folder that is made: writing by everybody."""


def exit_status(app: typer.Typer) -> int:
    """Run the command line and come back with 0 done, 1 failed, 2 misuse or 130 interrupted."""
    hear_interruptions()
    os.umask(os.umask(NOT_FOR_OTHERS) | NOT_FOR_OTHERS)
    try:
        status = app(standalone_mode=False)
    except KeyboardInterrupt:
        status = INTERRUPTED
    except BrokenPipeError:  # whoever reads stdout has had enough; nothing is left to tell there
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = FAILED
    except Exception as error:
        message = _message(error)
        if message is None:
            raise
        _tell(message)
        return MISUSE
    if status == INTERRUPTED:  # also where Typer has turned the interruption into its status
        _tell("interrupted; what has ended is recorded, and --resume goes on from there")
    return status if isinstance(status, int) else DONE


def _tell(message: str) -> None:
    print(f"threatbench: {message}", file=sys.stderr)


def _message(error: Exception) -> str | None:
    """What to tell the user, or None for an error of our own making, whose traceback we want."""
    if hasattr(error, "format_message"):  # click's own: what was typed does not fit
        return str(error.format_message())
    # Imported here since most calls end well, and `--help` is to be quick.
    from bench.errors import BenchError
    from cluster.errors import ClusterError
    from pipeline.errors import PipelineError
    from reports.errors import ReportError

    ours = (BenchError, ClusterError, PipelineError, ReportError)
    notes = getattr(error, "__notes__", ())
    return "; ".join([str(error), *notes]) if isinstance(error, ours) else None
