"""What goes on in a run, in one line: pieces, cases, rows a second, time since and left."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from bench.progress import Tally
from reports.numbers import duration_text, short_text


@dataclass(frozen=True, kw_only=True)
class Going:
    """What is known of the stage that goes on, and of the cases of the run.

    ``ended`` counts cases by their status.
    """

    stage: str
    seconds: float
    tally: Tally
    at_once: int
    cases: int
    ended: Counter[str]


def going_text(going: Going) -> str:
    """The stage that goes on: pieces, cases, rows a second, time since and left.

    >>> from collections import Counter
    >>> tally = Tally(done=12, total=60)
    >>> print(going_text(Going(stage="zoo", seconds=30.0, tally=tally, at_once=2, cases=13,
    ...                        ended=Counter(done=3, failed=1))))
    12/60, 2 running · cases: 3 of 13 done, 1 failed · 30 s, about 2 min 0 s left
    """
    left = _seconds_left(going)
    said = duration_text(round(going.seconds))
    facts = [
        _pieces_text(going),
        _cases_text(going) if going.at_once else "",
        _rate_text(going),
        said if left is None else f"{said}, about {duration_text(round(left))} left",
    ]
    return " · ".join(filter(None, facts))


def ended_text(going: Going) -> str:
    """The line of a stage that is over.

    >>> from collections import Counter
    >>> tally = Tally(done=4, total=4, rows=40_000)
    >>> print(ended_text(Going(stage="ingest", seconds=6.4, tally=tally, at_once=0, cases=0,
    ...                        ended=Counter())).replace("\N{NARROW NO-BREAK SPACE}", " "))
    ingest        6.4 s  40,000 rows, 6.25 k rows/s
    """
    line = f"{going.stage:<10} {going.seconds:6.1f} s"
    return f"{line}  {going.tally.rows:,} rows, {_rate_text(going)}" if going.tally.rows else line


def _pieces_text(going: Going) -> str:
    tally = going.tally
    if not tally.total:
        return ""
    running = min(going.at_once, tally.total - tally.done)
    return f"{tally.done}/{tally.total}" + (f", {running} running" if running else "")


def _cases_text(going: Going) -> str:
    if not going.cases:
        return ""
    failed = sum(count for status, count in going.ended.items() if status != "done")
    done = f"cases: {going.ended['done']} of {going.cases} done"
    return f"{done}, {failed} failed" if failed else done


def _rate_text(going: Going) -> str:
    if not going.tally.rows or going.seconds <= 0:
        return ""
    return f"{short_text(going.tally.rows / going.seconds)} rows/s"


def _seconds_left(going: Going) -> float | None:
    tally = going.tally
    if not tally.done or tally.done >= tally.total:
        return None
    return going.seconds * (tally.total - tally.done) / tally.done
