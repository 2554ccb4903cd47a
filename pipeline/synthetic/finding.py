"""One thing that synthetic rows are held against, and a table of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_VERDICTS: Final = {True: "holds", False: "FAILS", None: "too few rows"}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was looked at, what it should be, what it is; ``holds`` is None for too few rows."""

    check: str
    expected: str
    measured: str
    holds: bool | None

    @property
    def verdict(self) -> str:
        """The same in a word or two."""
        return _VERDICTS[self.holds]


def format_findings(findings: Sequence[Finding]) -> str:
    """The findings as a plain table, one a line.

    >>> finding = Finding(check="sky", expected="blue", measured="grey", holds=False)
    >>> print(format_findings([finding]))
    check  expected  measured  verdict
    sky    blue      grey      FAILS
    """
    head = ("check", "expected", "measured", "verdict")
    rows = [head, *((f.check, f.expected, f.measured, f.verdict) for f in findings)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "\n".join(lines)


def near(
    check: str, *, expected: float, measured: float, within: float, digits: int = 4
) -> Finding:
    """A finding about a number that should be near another.

    >>> near("accuracy", expected=0.88, measured=0.875, within=0.01).verdict
    'holds'
    """
    return Finding(
        check=check,
        expected=f"{expected:,.{digits}g} ± {within:,.2g}",
        measured=f"{measured:,.{digits}g}",
        holds=bool(abs(measured - expected) <= within),
    )
