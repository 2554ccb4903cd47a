"""What can go wrong between the command line and the stages, said to a person.

::

    BenchError               the base: place, fault, remedy in one sentence
    └── SuiteError           a suite file or an override of it is wrong
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class BenchError(Exception):
    """Base of all errors of this package that a user can mend."""


class SuiteError(BenchError):
    """A suite file, or an override of it, is wrong."""


def nearest(word: str, known: Iterable[str]) -> str:
    """``; did you mean 'forest'?`` where a known word is near, else the list of known words.

    >>> nearest("forrest", ["forest", "svc"])
    "; did you mean 'forest'?"
    >>> nearest("xyz", ["forest", "svc"])
    '; known: forest, svc'
    """
    words = sorted(known)
    close = difflib.get_close_matches(word, words, n=1)
    return f"; did you mean '{close[0]}'?" if close else f"; known: {', '.join(words)}"
