"""Which features were selected, by which F, from how many rows."""

from __future__ import annotations

from reports.history import Report
from reports.page import Fragment, empty, tables_fragment
from reports.summary import FeatureScore, Selection
from reports.tables import Column, Table, Tone, make_table, with_notes
from reports.terms import column


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
        key = (selection.task, selection.select_on, selection.rows, selection.features)
        places.setdefault(key, []).append(selection)
    return {
        f"{alike[0].task} · {', '.join(selection.split for selection in alike)}": alike[0]
        for alike in places.values()
    }


def _table(selection: Selection) -> Table:
    ordered = sorted(selection.features, key=_order)
    columns = [Column(key="feature", title="Feature"), column("F", bar=True), column("p"),
               Column(key="selected", title="Selected")]  # fmt: skip
    rows = [
        {
            "feature": score.feature,
            "F": score.F,
            "p": score.p,
            "selected": "✓" if score.selected else "",
        }
        for score in ordered
    ]
    tones: list[Tone] = ["selected" if score.selected else "" for score in ordered]
    on = {"all": "all rows, test rows included", "train": "the training rows"}
    rows_text = f"{selection.rows:,} rows" if selection.rows is not None else "unknown rows"
    table = make_table(
        f"features-{selection.task}-{selection.split}",
        f"Features for {selection.task}: ANOVA F over {rows_text} "
        f"({on.get(selection.select_on or '', 'which rows is not recorded')})",
        columns,
        rows,
        tones=tones,
    )
    notes = ["constant" if score.F is None else "" for score in ordered]
    return with_notes(table, "feature", notes)


def _order(score: FeatureScore) -> tuple[bool, bool, float, str]:
    return not score.selected, score.F is None, -(score.F or 0.0), score.feature
