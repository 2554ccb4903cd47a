"""Which scores of a ranking may be held against each other: those from the same rows."""

from __future__ import annotations

from reports.ranking import Entry, Ranking
from reports.records import Record

UNLIKE = "other rows: not comparable"


def unlike_leader(ranking: Ranking) -> tuple[Entry, ...]:
    """The models and controls that were fitted or tested on other rows than the first model.

    A record that does not say how many rows it saw is taken to have seen the same.
    """
    if not ranking.entries:
        return ()
    leader = _rows(ranking.entries[0].record)
    return tuple(entry for entry in ranking.all if _differ(_rows(entry.record), leader))


def likeness_sentence(ranking: Ranking) -> str:
    """Which models cannot be compared with the first for their rows; nothing where all can."""
    unlike = unlike_leader(ranking)
    if not unlike:
        return ""
    names = ", ".join(entry.name for entry in unlike)
    leader = ranking.entries[0].name
    return (
        f"Fitted or tested on other rows than {leader}, so what compares are their answers to the"
        f" same test flows; as models they are not comparable: {names}."
    )


def _rows(record: Record) -> tuple[object, ...]:
    return record.grain == "binned", record.bins, record.rows_used, record.rows_tested


def _differ(first: tuple[object, ...], second: tuple[object, ...]) -> bool:
    return any(
        one != other
        for one, other in zip(first, second, strict=True)
        if one is not None and other is not None
    )
