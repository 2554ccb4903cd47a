"""Finding: what one check of `threatbench doctor` has found, and how to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Whether a check holds, what was seen, and the remedy where it does not."""

    check: str
    is_ok: bool
    seen: str
    remedy: str = ""


def finding(check: str, faults: Sequence[str], *, fine: str, remedy: str) -> Finding:
    """The finding of a check that has looked for faults.

    >>> finding("disk", [], fine="12 GiB free", remedy="make space").seen
    '12 GiB free'
    >>> finding("disk", ["1 GiB free"], fine="", remedy="make space").remedy
    'make space'
    """
    if not faults:
        return Finding(check=check, is_ok=True, seen=fine)
    return Finding(check=check, is_ok=False, seen="; ".join(faults), remedy=remedy)


def findings_text(findings: Sequence[Finding]) -> str:
    """A line for each finding, and one for what to do about each fault.

    >>> print(findings_text([Finding(check="disk", is_ok=False, seen="full", remedy="make space")]))
    FAULT  disk: full
           mend: make space
    """
    lines = []
    for one in findings:
        lines.append(f"{'ok   ' if one.is_ok else 'FAULT'}  {one.check}: {one.seen}")
        lines += [] if one.is_ok else [f"       mend: {one.remedy}"]
    return "\n".join(lines)
