"""Names in a suite, each of which must stand in a table, and once."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.errors import unknown


def known(kind: str, names: tuple[str, ...], table: Mapping[str, object]) -> tuple[str, ...]:
    """The names, or a ValueError about the first that the table lacks or that stands twice."""
    for name in names:
        if name not in table:
            raise ValueError(unknown(kind, name, table))
    if len(set(names)) < len(names):
        raise ValueError(f"a {kind} is named twice: {', '.join(names)}")
    return names
