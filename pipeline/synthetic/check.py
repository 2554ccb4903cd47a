"""Whether a written synthetic data set is what it is meant to be, figure by figure."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from pipeline.synthetic.all_labels import all_labels_findings
from pipeline.synthetic.attacks import Attack
from pipeline.synthetic.finding import Finding
from pipeline.synthetic.laws import LAWS
from pipeline.synthetic.published import load_study
from pipeline.synthetic.repeats import expected_share, simulated_share
from pipeline.synthetic.study import study_findings
from pipeline.synthetic.survey import Survey, survey_files

HEAD_ROWS: Final = 240_000  # about one part file of the release
_POINTS: Final = 0.05


def check_dataset(directory: Path, *, models: bool = True) -> tuple[Finding, ...]:
    """Every claim about synthetic rows, held against the files in this directory.

    Memory does not grow with the rows. ``models=False`` leaves out what must be fitted: the study
    of DDoS rows and the two models on all labels, a minute's work.
    """
    head = HEAD_ROWS if models else 1
    ddos = load_study().ddos_rows if models else 1
    survey = survey_files(directory, head_rows=head, ddos_rows=ddos)
    return tuple(_findings(survey, models=models))


def _findings(survey: Survey, *, models: bool) -> Iterator[Finding]:
    yield _proportions(survey)
    yield from _laws(survey)
    yield from _repeats(survey)
    if models:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            yield from study_findings(survey.ddos)
            yield from all_labels_findings(survey.head, label_count=len(survey.label_counts))


def _proportions(survey: Survey) -> Finding:
    wanted = {label: rows for label, rows in survey.draw.row_counts().items() if rows}
    different = sum(wanted[label] != survey.label_counts.get(label, 0) for label in wanted)
    return Finding(
        check="rows by label in published proportions",
        expected=f"{len(wanted)} labels, {survey.draw.rows:,} rows",
        measured=f"{len(survey.label_counts)} labels, {different} of them off",
        holds=wanted == dict(survey.label_counts),
    )


def _laws(survey: Survey) -> Iterator[Finding]:
    rows = sum(survey.label_counts.values())
    for name, law in LAWS.items():
        share = survey.broken[name] / rows
        noise = 3.0 * np.sqrt(law.allowed_share / rows)
        yield Finding(
            check=name,
            expected=f"all but {law.allowed_share:.2%}" if law.allowed_share else "all rows",
            measured=f"all but {survey.broken[name]:,}",
            holds=bool(share <= law.allowed_share + noise),
        )


def _repeats(survey: Survey) -> Iterator[Finding]:
    attacks = [attack for attack in survey.draw.attacks if attack.label in survey.repeats]
    in_full = {a.label: simulated_share(a, seed=survey.draw.seed) for a in attacks}
    for attack in attacks:
        yield _repeats_of(attack, survey, in_full=in_full[attack.label])
    rows = sum(attack.rows for attack in attacks)
    published = sum(attack.repeats for attack in attacks) / rows
    full = sum(in_full[attack.label] * attack.rows for attack in attacks) / rows
    yield Finding(
        check="repeats of all labels",
        expected=f"{published:.1%} in full",
        measured=f"{full:.1%} in full",
        holds=bool(abs(full - published) <= _POINTS),
    )


def _repeats_of(attack: Attack, survey: Survey, *, in_full: float) -> Finding:
    """In full, against what is published; in this draw, against what so small a part shows."""
    rows, found = survey.label_counts[attack.label], survey.repeats[attack.label]
    wanted = expected_share(attack, drawn=min(1.0, rows / attack.rows))
    noise = 4.0 * np.sqrt(max(wanted, 1e-3) / rows)
    close = abs(in_full - attack.published_share) <= _POINTS
    return Finding(
        check=f"repeats of {attack.label}",
        expected=f"{attack.published_share:.1%} in full, {wanted:.1%} in this draw",
        measured=f"{in_full:.1%} in full, {found:.1%} in this draw",
        holds=bool(close and abs(found - wanted) <= 0.01 + noise),
    )
