"""What can go wrong in the reports, said to a person.

::

    ReportError              the base: place, fault, remedy in one sentence
    ├── RunFolderError       a run folder cannot be made, written or found
    └── ComparisonError      these runs cannot be put side by side
"""

from __future__ import annotations


class ReportError(Exception):
    """Base of all errors that a user of the reports can mend."""


class RunFolderError(ReportError):
    """A run folder is missing, or cannot be made or written."""


class ComparisonError(ReportError):
    """The runs that were given cannot be put side by side."""
