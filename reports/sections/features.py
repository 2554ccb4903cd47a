"""Which features were selected, by which F, from how many rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reports.described import FeatureScore, Selection, Stability
from reports.history import Report
from reports.numbers import number_text
from reports.page import Fragment, empty, tables_fragment
from reports.tables import Column, Table, Tone, Value, known, make_table, with_notes
from reports.terms import column

COLUMNS: Final = (
    Column(key="feature", title="Feature"),
    column("F", bar=True),
    column("p"),
    column("mutual_information", bar=True),
    column("stability"),
    Column(key="selected", title="Selected"),
)
SELECTED_ON: Final = {"all": "all rows, test rows included", "train": "the training rows"}


def features(report: Report) -> Fragment:
    """One table for every selection, highest F first; equal selections stand once."""
    selections = report.run.selections
    if not selections:
        return empty("The run folder has no selection.json: no features were selected.")
    merged = _merge(selections)
    tables = [_table(selection) for selection in merged.values()]
    intro = "The selected features carry a mark; F and p are over the rows named in each caption."
    return tables_fragment(intro, tables, titles=list(merged), tools=("filter",))


def _merge(selections: tuple[Selection, ...]) -> dict[str, Selection]:
    """The selections under the tasks and splits that share them."""
    places: dict[tuple[object, ...], list[Selection]] = {}
    for selection in selections:
        key = (
            selection.task,
            selection.select_on,
            selection.rows,
            selection.features,
            str(selection.stability),
        )
        places.setdefault(key, []).append(selection)
    return {
        f"{alike[0].task} · {', '.join(selection.split for selection in alike)}": alike[0]
        for alike in places.values()
    }


def _table(selection: Selection) -> Table:
    ordered = sorted(selection.features, key=_order)
    rows = [_row(score) for score in ordered]
    tones: list[Tone] = ["selected" if score.selected else "" for score in ordered]
    key = f"features-{selection.task}-{selection.split}"
    table = make_table(
        key,
        _caption(selection),
        known(COLUMNS, rows),
        rows,
        tones=tones,
        note=" ".join(_remarks(selection)),
    )
    return with_notes(table, "feature", [_note(score) for score in ordered])


def _row(score: FeatureScore) -> dict[str, Value]:
    return {
        "feature": score.feature,
        "F": score.F,
        "p": score.p,
        "mutual_information": score.mutual_information,
        "stability": score.stability,
        "selected": "✓" if score.selected else "",
    }


def _caption(selection: Selection) -> str:
    rows = f"{selection.rows:,} rows" if selection.rows is not None else "unknown rows"
    which = SELECTED_ON.get(selection.select_on or "", "which rows is not recorded")
    return f"Features for {selection.task}: ANOVA F over {rows} ({which})"


def _remarks(selection: Selection) -> Iterator[str]:
    """What is to be said below the table: of the folds, and of the binning."""
    if selection.stability:
        yield _stability(selection.stability)
    if selection.binning:
        yield f"Mutual information: {selection.binning}."


def _stability(stability: Stability) -> str:
    folds, own = len(stability.folds), len(stability.own_features)
    if not own:
        return (
            f"Each of the {folds} folds, selecting without its own rows, chose the same features"
            " as the whole training part."
        )
    jaccard = number_text(stability.jaccard, "score")
    kuncheva = number_text(stability.kuncheva, "score")
    return (
        f"{own} of {folds} folds, selecting without their own rows, chose other features than the"
        f" whole training part (agreement of the folds: Jaccard {jaccard}, Kuncheva {kuncheva})."
        " The out-of-fold scores are of models on each fold's own features; the model"
        " that is tested has the features of the whole training part."
    )


def _note(score: FeatureScore) -> str:
    return score.warning or ("constant" if score.F is None else "")


def _order(score: FeatureScore) -> tuple[bool, bool, float, str]:
    return not score.selected, score.F is None, -(score.F or 0.0), score.feature
