"""What changed since the earlier runs, in the few lines of a first screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from reports.judgement import Judgement
from reports.judgement_text import SIGNS, against_text, shift_text, undecided_sentences
from reports.numbers import duration_text

LINES_SHOWN: Final = 3
TITLES: Final = {
    "worse": "Worse than",
    "suspected": "Changed against",
    "better": "Better than",
    "same": "Same as",
    "incomparable": "Not comparable with",
}


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A judgement as a sign, a word to colour it by, a title and what stands behind it."""

    sign: str
    word: str
    title: str
    lines: tuple[str, ...]
    last: str = ""


def changed_text(judgement: Judgement) -> Changed:
    """The judgement of a run for its first screen; ``last`` names the run just before it."""
    sign, title = SIGNS[judgement.word]
    if judgement.word == "first":
        return Changed(sign=sign, word="first", title=title,
                       lines=("No earlier run of this suite lies beside this one.",))  # fmt: skip
    last = judgement.baseline or judgement.nights[-1]
    return Changed(
        sign=sign,
        word=judgement.word,
        title=f"{TITLES[judgement.word]} {_before_text(judgement)}",
        lines=tuple(_lines(judgement)),
        last=last.name,
    )


def _before_text(judgement: Judgement) -> str:
    is_unlike = judgement.word == "incomparable"
    return "the last run" if is_unlike else against_text(judgement)


def _lines(judgement: Judgement) -> list[str]:
    if judgement.differences:
        return _shortened(judgement.differences)
    told = chain(
        (f"worse: {shift_text(one)}" for one in judgement.regressions),
        (f"better: {shift_text(one)}" for one in judgement.improvements),
        (f"not confirmed by a rerun: {shift_text(one)}" for one in judgement.suspects),
    )
    return [
        *_shortened(list(told)),
        *_same_line(judgement),
        *undecided_sentences(judgement),
        *_shortened(judgement.features),
        *_shortened(judgement.notes),
        *_time_lines(judgement),
    ]


def _shortened(lines: Sequence[str]) -> list[str]:
    more = len(lines) - LINES_SHOWN
    return [*lines[:LINES_SHOWN], *([f"and {more} more"] if more > 0 else [])]


def _same_line(judgement: Judgement) -> list[str]:
    same, known = judgement.counts.get("same", 0), len(judgement.shifts)
    return [f"{same} of {known} measures of all cases are the same"] if known else []


def _time_lines(judgement: Judgement) -> list[str]:
    """The seconds of all stages beside those of the run before; not judged, as a whole."""
    last = judgement.baseline or judgement.nights[-1]
    before, now = (run.summary.seconds_in_all for run in (last, judgement.tonight))
    if not before or not now:
        return []
    return [f"the stages took {duration_text(now)}, {duration_text(before)} the last time"]
