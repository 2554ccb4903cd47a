"""Every model with its scores, its cost and the rows it was given, best first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reports.apart import groups
from reports.history import Report
from reports.likeness import UNLIKE, unlike_leader
from reports.page import Fragment, empty, tables_fragment
from reports.ranking import Entry, Ranking, leading_field, rank
from reports.records import Record
from reports.tables import Column, Table, Value, known, make_table, with_notes, with_spans
from reports.terms import SCORE_KEYS, column
from reports.value_terms import VALUE_TERMS

# Beside the suite's metric, before what a model costs; all other scores stand behind that.
LEADING = ("accuracy", "f1_macro")
NO_SCORES = "No case of this run ended with a score."


def leaderboard(report: Report) -> Fragment:
    """One table for every task and split; the controls stand below the models."""
    rankings = rank(report.run)
    if not rankings:
        return empty(NO_SCORES)
    intro = (
        "Sorted by the suite's metric. Below the line: the controls, which a model must beat. "
        "Models that share a letter of their group cannot be told apart, whatever their order. "
        "The strip shows the interval on a common scale; models far behind have none."
    )
    if any(unlike_leader(ranking) for ranking in rankings):
        intro += (
            " A model marked as of other rows was fitted or tested on other rows than the first: "
            "their answers can be compared, the models themselves cannot."
        )
    return tables_fragment(
        intro,
        [leaderboard_table(ranking) for ranking in rankings],
        titles=[ranking.title for ranking in rankings],
        tools=("filter", "relative"),
    )


def leaderboard_table(ranking: Ranking) -> Table:
    """The ranking with all scores and costs that its records carry."""
    scores = _score_keys(ranking.all, first=ranking.metric)
    columns = [
        Column(key="model", title="Model"),
        column("group"),
        column(scores[0]),
        Column(key=f"{scores[0]}_low", title="Low", kind="score", is_shown=False),
        Column(key=f"{scores[0]}_high", title="High", kind="score", is_shown=False),
        *(column(key) for key in scores[1:] if key in LEADING),
        column("fit_seconds", bar=True),
        column("predict_rows_per_second"),
        column("peak_memory_bytes", bar=True),
        column("model_bytes"),
        *(column(key) for key in scores[1:] if key not in LEADING),
        column("predict_seconds", bar=True),
        column("grain"),
        column("rows_used"),
        column("rows_tested"),
        column("distinct_rows"),
        Column(key="counts_enter", title="How counts enter", is_shown=False),
    ]
    letters = groups(ranking)
    rows = [_row(entry, scores) | {"group": letters.get(entry.name)} for entry in ranking.all]
    tones = [entry.record.role if entry.record.role != "model" else "" for entry in ranking.all]
    table = make_table(
        f"leaderboard-{ranking.task}-{ranking.split}",
        f"Models on {ranking.title}",
        known(columns, rows),
        rows,
        tones=tones,  # type: ignore[arg-type]
    )
    unlike = unlike_leader(ranking)
    table = with_notes(table, "model", [_note(entry, unlike) for entry in ranking.all])
    table = _with_row_notes(table, ranking)
    return with_spans(table, scores[0], _spans(ranking))


def _score_keys(entries: Iterable[Entry], *, first: str) -> list[str]:
    known = {key for entry in entries for key in entry.record.scores} - VALUE_TERMS.keys()
    ordered = [key for key in SCORE_KEYS if key in known]
    others = sorted(known - set(ordered))
    return [first, *(key for key in [*ordered, *others] if key != first)]


def _row(entry: Entry, scores: Iterable[str]) -> dict[str, Value]:
    record, first = entry.record, next(iter(scores))
    return {
        "model": entry.name,
        f"{first}_low": entry.estimate.low if entry.estimate.has_interval else None,
        f"{first}_high": entry.estimate.high if entry.estimate.has_interval else None,
        **{key: score.value for key, score in record.scores.items()},
        "fit_seconds": record.seconds.get("fit"),
        "predict_seconds": record.seconds.get("predict"),
        "predict_rows_per_second": record.predict_rows_per_second,
        "peak_memory_bytes": record.peak_memory_bytes,
        "model_bytes": record.model_bytes,
        "grain": _grain(record),
        "rows_used": record.rows_used,
        "rows_tested": record.rows_tested,
        "distinct_rows": record.distinct_rows,
        "counts_enter": record.counts_enter,
    }


def _grain(record: Record) -> str | None:
    """The word for it, and the bins where there are any."""
    return f"{record.grain}, {record.bins} bins" if record.bins else record.grain


def _note(entry: Entry, unlike: Sequence[Entry]) -> str:
    """What the model is, where it is more than a model, and whether its score stands apart."""
    return "; ".join(filter(None, [_role_note(entry), UNLIKE if entry in unlike else ""]))


def _role_note(entry: Entry) -> str:
    record = entry.record
    if record.members:
        return f"{record.role} of {', '.join(record.members)}"
    return "" if record.role == "model" else record.role


def _with_row_notes(table: Table, ranking: Ranking) -> Table:
    if "rows_used" not in [column.key for column in table.columns]:
        return table
    table = with_notes(table, "rows_used", [_rows_note(entry) for entry in ranking.all])
    if "rows_tested" not in [column.key for column in table.columns]:
        return table
    return with_notes(table, "rows_tested", [entry.record.test_why or "" for entry in ranking.all])


def _rows_note(entry: Entry) -> str:
    record = entry.record
    if record.rows_asked is None or record.rows_asked == record.rows_used:
        return ""
    return f"of {record.rows_asked:,}: {record.rows_why or 'no reason recorded'}"


def _spans(ranking: Ranking) -> list[tuple[float, float, float] | None]:
    """The leading models' intervals from 0 to 1; who lies far behind has none."""
    estimates = [entry.estimate for entry in leading_field(ranking) or ranking.controls]
    low = min(estimate.low for estimate in estimates)
    width = max(estimate.high for estimate in estimates) - low
    spans = [
        tuple((end - low) / width for end in (estimate.low, estimate.value, estimate.high))
        for estimate in estimates
        if width
    ]
    return [*spans, *[None] * (len(ranking.all) - len(spans))]  # type: ignore[list-item]
