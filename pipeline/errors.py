"""What can go wrong in the pipeline, said to a person.

::

    PipelineError            the base: place, fault, remedy in one sentence
    ├── DataError            the flows that were given cannot be used
    │   ├── FileError        one CSV file is broken; names the file
    │   └── ReleaseError     no profile knows these columns
    ├── ProfileError         a data-set profile (TOML) is wrong
    └── ModelError           a model, or its parameters, are not usable
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class PipelineError(Exception):
    """Base of all errors that a user of the pipeline can mend."""


class DataError(PipelineError):
    """The flows that were given cannot be used."""


class FileError(DataError):
    """One CSV file is broken; the message names it."""


class ReleaseError(DataError):
    """The columns of a file fit no known release."""


class ProfileError(PipelineError):
    """A data-set profile is missing or wrong."""


class ModelError(PipelineError):
    """A model is unknown, or its parameters are."""


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """The sentence about an unknown name, with the nearest right one where there is any.

    >>> unknown("model", "svm", ["svc", "dummy"])
    "unknown model 'svm'; did you mean 'svc'?"
    """
    return f"unknown {what} {name!r}{nearest(name, known)}"


def nearest(name: str, known: Iterable[str]) -> str:
    """The remedy for an unknown name: the nearest right one, else all that there are.

    >>> nearest("xyz", ["forest", "svc"])
    '; known: forest, svc'
    """
    names = sorted(known)
    near = get_close_matches(name, names, n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(names)}"
