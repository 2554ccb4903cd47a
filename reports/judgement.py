"""Judgement: whether a run is worse than another one, or than the nights before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from reports.conditions import find_differences, find_feature_changes, runs_like
from reports.floor import NIGHTS_LOOKED_BACK
from reports.nights import night_of, processor_differences
from reports.pace_notes import pace_notes
from reports.records import Record
from reports.run import Run, list_runs, read_run
from reports.shifts import Shift, find_shifts, make_yardsticks
from reports.yardstick import Past

Word = Literal["worse", "suspected", "better", "same", "first", "incomparable"]


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """A run held against a ``baseline``, or, where that is None, against the nights before it.

    ``differences`` are why the two do not compare. ``nights`` are the runs that tell the noise;
    ``notes`` are sentences on what else a reader should know.
    """

    tonight: Run
    baseline: Run | None = None
    nights: tuple[Run, ...] = ()
    differences: tuple[str, ...] = ()
    shifts: tuple[Shift, ...] = ()
    features: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def regressions(self) -> tuple[Shift, ...]:
        """What is confirmed to be worse."""
        return tuple(one for one in self.shifts if one.word == "worse" and one.is_confirmed)

    @property
    def improvements(self) -> tuple[Shift, ...]:
        """What is confirmed to be better."""
        return tuple(one for one in self.shifts if one.word == "better" and one.is_confirmed)

    @property
    def suspects(self) -> tuple[Shift, ...]:
        """What looks changed, and no rerun has told yet."""
        return tuple(one for one in self.shifts if one.is_suspected)

    @property
    def suspected_cases(self) -> tuple[Record, ...]:
        """The cases that look changed, each once."""
        return tuple({one.record.case_id: one.record for one in self.suspects}.values())

    @property
    def counts(self) -> Mapping[str, int]:
        """How many measures of cases there are of each word."""
        return Counter(one.word for one in self.shifts)

    @property
    def word(self) -> Word:
        """The judgement in a word; what is worse weighs most."""
        if self.differences:
            return "incomparable"
        if self.baseline is None and not self.nights:
            return "first"
        ranked: tuple[tuple[Word, object], ...] = (
            ("worse", self.regressions), ("suspected", self.suspects),
            ("better", self.improvements),
        )  # fmt: skip
        return next((word for word, found in ranked if found), "same")


def compare_runs(baseline: Run, contender: Run) -> Judgement:
    """The contender against the baseline; the runs beside the contender tell the noise."""
    differences = find_differences(baseline, contender)
    if differences:
        return Judgement(tonight=contender, baseline=baseline, differences=differences)
    nights = earlier_nights(contender)
    past = Past(nights=tuple(map(night_of, nights)), baseline=night_of(baseline))
    yardsticks = make_yardsticks(night_of(contender), past)
    return Judgement(
        tonight=contender,
        baseline=baseline,
        nights=nights,
        shifts=find_shifts(yardsticks),
        features=find_feature_changes(baseline, contender),
        notes=(*pace_notes(yardsticks), *_notes(baseline, contender)),
    )


def judge_night(
    tonight: Run, *, restarts: Mapping[tuple[str, str], str], earlier: Sequence[Run] | None = None
) -> Judgement:
    """Tonight against the nights before it: those ``earlier``, else those that lie beside it.

    Where none is like it, it is incomparable with the last one, and ``differences`` say why.
    ``restarts`` names the run since when a change of a case and a measure has been acknowledged.
    """
    nights = earlier_nights(tonight) if earlier is None else runs_like(tonight, earlier)
    if not nights:
        before = _runs_before(tonight) if earlier is None else reversed(earlier)
        return _without_nights(tonight, next(iter(before), None))
    past = Past(nights=tuple(map(night_of, nights)), restarts=restarts)
    yardsticks = make_yardsticks(night_of(tonight), past)
    return Judgement(
        tonight=tonight,
        nights=nights,
        shifts=find_shifts(yardsticks),
        features=find_feature_changes(nights[-1], tonight),
        notes=(*pace_notes(yardsticks), *_notes(nights[-1], tonight)),
    )


def earlier_nights(run: Run) -> tuple[Run, ...]:
    """The last thirty runs beside this one that came before it, ended well, and are like it."""
    like = (night for before in _runs_before(run) for night in runs_like(run, [before]))
    return tuple(islice(like, NIGHTS_LOOKED_BACK))[::-1]


def _runs_before(run: Run) -> Iterator[Run]:
    """The runs of its suite beside it that came before it, the last one first."""
    folders = list_runs(run.path.parent, suite=run.summary.suite or None)
    places = [folder.name for folder in folders]
    before = folders[: places.index(run.path.name)] if run.path.name in places else folders
    for folder in reversed(before):
        if any((folder / name).exists() for name in ("run.json", "cases.jsonl")):
            yield read_run(folder, with_details=False)


def _without_nights(tonight: Run, last: Run | None) -> Judgement:
    """The first run, or one that the last before it does not compare with, and why not."""
    if last is None:
        return Judgement(tonight=tonight, notes=_null_notes(tonight))
    return Judgement(
        tonight=tonight,
        baseline=last,
        differences=find_differences(last, tonight),
        notes=_null_notes(tonight),
    )


def _came_and_went(before: Run, now: Run) -> list[str]:
    old, new = ({record.case_id for record in run.records} for run in (before, now))
    said = (("new", new - old), ("gone", old - new))
    return [f"{word}: {', '.join(sorted(cases))}" for word, cases in said if cases]


def _notes(before: Run, now: Run) -> list[str]:
    processors = processor_differences(before, now)
    unlike = [f"{processors}; times and memory are not compared"] if processors else []
    return [*_came_and_went(before, now), *unlike, *_null_notes(now)]


def _null_notes(tonight: Run) -> tuple[str, ...]:
    """Where the null case, run twice on the same flows, did not score the same."""
    night = night_of(tonight)
    return tuple(
        f"the null case {case} scored differently when it was run again: scores are not"
        " repeatable here"
        for case, again in night.again.items()
        for rerun in again
        if rerun.rerun_why == "null" and case in night.cases
        if rerun.scores and _values(rerun.scores) != _values(night.cases[case].scores)
    )


def _values(scores: Mapping[str, object]) -> Sequence[object]:
    return [getattr(score, "value", None) for _, score in sorted(scores.items())]
