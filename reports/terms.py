"""TERMS: every word and number of a report, with what it means and how it is computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reports.data_terms import DATA_TERMS
from reports.feature_terms import FEATURE_TERMS
from reports.table_terms import TABLE_TERMS
from reports.tables import Column
from reports.value_terms import VALUE_TERMS
from reports.words import WORDS, Term

SCORE_KEYS: Final = (
    "accuracy",
    "precision_weighted",
    "recall_weighted",
    "f1_weighted",
    "precision_macro",
    "recall_macro",
    "f1_macro",
    "balanced_accuracy",
    "mcc",
)


def _score(title: str, meaning: str, *, mean: str = "") -> Term:
    return Term(title=title, meaning=meaning, kind="score", unit=mean, better="higher")


TERMS: Final[Mapping[str, Term]] = {
    "accuracy": _score("Accuracy", "Test flows given their true class, over all test flows."),
    "precision_weighted": _score(
        "Precision",
        "Per class, the flows rightly given that class over all flows given it (0 where none was); "
        "the mean over the classes, each weighted by its share of the test flows.",
        mean="weighted",
    ),
    "recall_weighted": _score(
        "Recall",
        "Per class, the flows rightly given that class over all flows of it; the mean over the "
        "classes, each weighted by its share of the test flows. Equal to accuracy by definition.",
        mean="weighted",
    ),
    "f1_weighted": _score(
        "F1",
        "Per class, the harmonic mean of precision and recall; the mean weighted by the classes' "
        "shares of the test flows.",
        mean="weighted",
    ),
    "precision_macro": _score(
        "Precision", "The plain mean of the classes' precisions.", mean="macro"
    ),
    "recall_macro": _score("Recall", "The plain mean of the classes' recalls.", mean="macro"),
    "f1_macro": _score(
        "F1",
        "The plain mean of the classes' F1: a class of few flows counts as much as one of many.",
        mean="macro",
    ),
    "balanced_accuracy": _score(
        "Balanced accuracy", "The plain mean of the recalls of the classes in the test part."
    ),
    "mcc": _score(
        "MCC",
        "Matthews correlation coefficient: the correlation of true and predicted classes; "
        "1 is perfect, 0 no better than chance, whatever the classes' shares.",
    ),
    **VALUE_TERMS,
    "honest_gap": Term(
        title="Honest gap",
        kind="points",
        unit="points",
        better="higher",
        meaning="A model's score on another split less its score on the random split. Repeated "
        "flows fall on both sides of a random split, so it flatters; what each split keeps apart "
        "is said with it.",
    ),
    "rows_used": Term(
        title="Rows used",
        kind="count",
        meaning="Training flows that the fit saw, over those that there were.",
    ),
    "rows_tested": Term(
        title="Rows tested",
        meaning="Test flows that the scores are of; a note says why where they are not all.",
        kind="count",
    ),
    "distinct_rows": Term(
        title="Distinct rows", kind="count", meaning="Counted flows in the training part."
    ),
    "fit_seconds": Term(
        title="Fit",
        unit="s",
        kind="seconds",
        better="lower",
        meaning="Wall time of the fit alone, without waiting and loading; of an ensemble, that of "
        "its meta-model: its members were fitted before.",
    ),
    "predict_seconds": Term(
        title="Predict",
        unit="s",
        kind="seconds",
        better="lower",
        meaning="Wall time of predicting the whole test part.",
    ),
    "predict_rows_per_second": Term(
        title="Throughput",
        unit="rows/s",
        kind="short",
        better="higher",
        meaning="Distinct test flows predicted a second: a repeated flow is predicted once and "
        "counted as often as it occurs.",
    ),
    "peak_memory_bytes": Term(
        title="Peak memory",
        unit="MiB",
        kind="mebibytes",
        better="lower",
        meaning="The most memory that the process held while the case ran, its libraries included.",
    ),
    "model_bytes": Term(
        title="Model size",
        unit="MiB",
        kind="mebibytes",
        better="lower",
        meaning="Size of the fitted model as stored.",
    ),
    "queue_seconds": Term(
        title="Queue",
        unit="s",
        kind="seconds",
        meaning="From handing the case to the cluster to its start on a worker.",
    ),
    "load_seconds": Term(
        title="Load", unit="s", kind="seconds", meaning="Reading the case's data on the worker."
    ),
    "score_seconds": Term(
        title="Score",
        unit="s",
        kind="seconds",
        meaning="Computing the scores from the predictions.",
    ),
    "spilled_bytes": Term(
        title="Spilled",
        unit="MiB",
        kind="mebibytes",
        better="lower",
        meaning="What the worker had to write to disk for want of memory while the case ran.",
    ),
    "gain": Term(
        title="Gain over best member",
        kind="points",
        unit="points",
        better="higher",
        meaning="The ensemble's score less that of its best member on the same test flows.",
    ),
    **DATA_TERMS,
    **FEATURE_TERMS,
    **TABLE_TERMS,
    **WORDS,
}


def column(key: str, *, bar: bool = False, title: str = "", is_shown: bool = True) -> Column:
    """The column of a term; a word that TERMS lacks is a score under its own name.

    >>> column("fit_seconds").unit, column("top_3_accuracy").title
    ('s', 'top 3 accuracy')
    """
    term = TERMS.get(key) or _score(key.replace("_", " "), "")
    return Column(
        key=key,
        title=title or term.title,
        kind=term.kind,
        unit=term.unit,
        better=term.better,
        term=key if key in TERMS else "",
        bar=bar,
        is_shown=is_shown,
    )
