"""A judgement in words, as a table and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from math import expm1
from typing import Final

from reports.export import table_markdown
from reports.floor import NIGHTS_NEEDED
from reports.headline import headlines
from reports.judgement import Judgement
from reports.numbers import percent_text, points_text
from reports.shifts import Shift
from reports.tables import Column, Table, Tone, Value, make_table

SIGNS: Final = {
    "worse": ("▼", "Worse"),
    "suspected": ("?", "Changed, not confirmed"),
    "better": ("▲", "Better"),
    "same": ("=", "Same"),
    "first": ("○", "First run"),
    "incomparable": ("≠", "Not comparable"),
}
NAMED_AT_MOST: Final = 5
ORDER: Final = ("worse", "better", "unlike", "same")
QUIET: Final = ("same", "undecided")


def judgement_sentences(judgement: Judgement) -> list[str]:
    """What to know first: the word, every confirmed change, every suspect, what else there is."""
    sign, title = SIGNS[judgement.word]
    against = "" if judgement.word == "first" else f" against {against_text(judgement)}"
    return [
        f"{sign} {title}: {judgement.tonight.name}{against}.",
        *(f"Differs in {difference}." for difference in judgement.differences),
        *_listed("Confirmed regression", judgement.regressions),
        *_listed("Confirmed improvement", judgement.improvements),
        *_listed("Suspected, not confirmed by a rerun", judgement.suspects),
        *undecided_sentences(judgement),
        *(f"{line[:1].upper()}{line[1:]}." for line in (*judgement.features, *judgement.notes)),
    ]


def summary_paragraph(judgement: Judgement) -> str:
    """The night in one Markdown paragraph."""
    run = judgement.tonight
    failed = sum(record.status != "done" for record in run.records)
    ended = (
        f"{failed} of {len(run.records)} cases did not end well."
        if failed
        else f"All {len(run.records)} cases ended well."
    )
    best = [f"{found.ranking.title}: {found.sentence}" for found in headlines(run)]
    synthetic = ["Synthetic data."] if run.summary.synthetic else []
    return " ".join([*judgement_sentences(judgement), ended, *synthetic, *best])


def judgement_markdown(judgement: Judgement) -> str:
    """The sentences and, where there is one, the table of what changed."""
    table = judgement_table(judgement)
    lines = [f"* {line}" for line in judgement_sentences(judgement)]
    return "\n".join([*lines, "", *([table_markdown(table)] if table.rows else [])])


def judgement_table(judgement: Judgement) -> Table:
    """What changed, looked changed, or is of other rows, the worst first."""
    told = [one for one in judgement.shifts if one.word not in QUIET or one.is_refuted]
    told.sort(key=lambda one: (ORDER.index(one.word), not one.is_confirmed))
    columns = [
        Column(key="case", title="Case"),
        Column(key="measure", title="Measure"),
        Column(key="verdict", title="Verdict"),
        Column(key="before", title="Before"),
        Column(key="now", title="Now"),
        Column(key="change", title="Change"),
        Column(key="beyond", title="Noise floor", term="noise_floor"),
        Column(key="reruns", title="Reruns"),
    ]
    tones: list[Tone] = ["bad" if one.word == "worse" and one.is_confirmed else "" for one in told]
    caption = f"{judgement.tonight.name} against {against_text(judgement)}"
    note = f"{judgement.counts.get('same', 0)} measures of cases are the same."
    rows = [_row(one) for one in told]
    return make_table("judgement", caption, columns, rows, tones=tones, note=note)


def judgement_json(judgement: Judgement) -> dict[str, object]:
    """All of it for a program; values in the units of the records."""
    return {
        "run": judgement.tonight.name,
        "baseline": judgement.baseline.name if judgement.baseline else None,
        "word": judgement.word,
        "differences": judgement.differences,
        "nights": [night.name for night in judgement.nights],
        "features": judgement.features,
        "notes": judgement.notes,
        "shifts": [_shift_json(one) for one in judgement.shifts],
    }


def verdict_text(shift: Shift) -> str:
    """The word of one shift, and how far it can be trusted."""
    if shift.why:
        return f"{shift.word}: {shift.why}"
    if shift.is_refuted:
        return "same: the reruns did not bear it out"
    return f"{shift.word}, {'confirmed' if shift.is_confirmed else 'suspected'}"


def against_text(judgement: Judgement) -> str:
    """What the run is held against, as the end of a sentence."""
    if judgement.baseline:
        return judgement.baseline.name
    nights = len(judgement.nights)
    return f"the {nights} runs before it" if nights != 1 else "the run before it"


def shift_text(shift: Shift) -> str:
    """Which measure of which case, from what to what."""
    record, measure = shift.record, shift.measure
    place = f"{record.model} ({record.task} · {record.split})"
    assert shift.before is not None
    before, now = measure.value_text(shift.before), measure.value_text(shift.now)
    return f"{place} {measure.title} {before} to {now}, {shift.change}"


def undecided_sentences(judgement: Judgement) -> list[str]:
    """That times and memory cannot be judged yet; nothing where they can."""
    count = judgement.counts.get("undecided", 0)
    if not count:
        return []
    nights = len(judgement.nights)
    known = f"there {'is' if nights == 1 else 'are'} {nights}"
    return [
        f"{'A change' if count == 1 else f'{count} changes'} of times and memory cannot be judged"
        f" yet: it takes {NIGHTS_NEEDED} like"
        f" nights beside this run to know the noise, and {known}."
    ]


def _listed(title: str, shifts: Sequence[Shift]) -> list[str]:
    if not shifts:
        return []
    named = [shift_text(one) for one in shifts[:NAMED_AT_MOST]]
    more = len(shifts) - len(named)
    return [f"{title} ({len(shifts)}): {'; '.join([*named, *([f'{more} more'] if more else [])])}."]


def _row(shift: Shift) -> dict[str, Value]:
    measure = shift.measure
    return {
        "case": shift.record.case_id,
        "measure": measure.title,
        "verdict": verdict_text(shift),
        "before": None if shift.before is None else measure.value_text(shift.before),
        "now": measure.value_text(shift.now),
        "change": shift.change or None,
        "beyond": None if shift.beyond is None else _beyond_text(shift, shift.beyond),
        "reruns": ", ".join(measure.value_text(value) for value in shift.again) or None,
    }


def _beyond_text(shift: Shift, beyond: float) -> str:
    if shift.measure.is_ratio:
        return f"{percent_text(expm1(beyond))} %"
    return f"{points_text(beyond).lstrip('+')} points"


def _shift_json(shift: Shift) -> dict[str, object]:
    return {
        "case_id": shift.record.case_id,
        "measure": shift.measure.key,
        "word": shift.word,
        "is_confirmed": shift.is_confirmed,
        "is_refuted": shift.is_refuted,
        "before": shift.before,
        "now": shift.now,
        "again": shift.again,
        "nights": shift.nights,
        "why": shift.why,
    }
