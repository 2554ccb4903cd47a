"""What can go wrong between the command line and the stages, said to a person.

::

    BenchError               the base: place, fault, remedy in one sentence
    └── SuiteError           a suite file or an override of it is wrong
"""

from __future__ import annotations


class BenchError(Exception):
    """Base of all errors of this package that a user can mend."""


class SuiteError(BenchError):
    """A suite file, or an override of it, is wrong."""
