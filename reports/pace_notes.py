"""What is said of a night's pace, where it is more than what does not matter."""

from __future__ import annotations

from collections.abc import Iterable
from math import exp, expm1

from reports.numbers import TIMES, percent_text
from reports.yardstick import Yardstick


def pace_notes(yardsticks: Iterable[Yardstick]) -> tuple[str, ...]:
    """What all cases of tonight share, where that is more than what does not matter."""
    return tuple(
        _pace_note(one)
        for one in yardsticks
        if one.pace.persists or abs(one.excused) > one.measure.practical
    )


def _pace_note(yardstick: Yardstick) -> str:
    pace, title = yardstick.pace, yardstick.measure.title
    if pace.persists and not yardstick.past.baseline:
        return f"{title} of all cases has moved together, by {TIMES}{exp(pace.tonight):.2f} tonight"
    return (
        f"{title} of all cases is {TIMES}{exp(yardstick.excused):.2f} by what they share tonight,"
        f" and nights are known to stray so by {percent_text(expm1(pace.shared))} %: each case is"
        " judged on the rest"
    )
